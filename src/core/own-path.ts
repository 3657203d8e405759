/** A path of this site as given, or its first page: never an address of another site. */
export function ownPath(to: string | undefined): string {
  // A browser reads a backslash as a slash and drops control characters, so either could hide a host.
  return to !== undefined && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(to) ? to : '/';
}
