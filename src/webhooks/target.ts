const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why nothing is sent to an address, or undefined: only https, or http on this machine, and never with a password in it. */
export function targetProblem(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null) return 'it is not an address; write https://host/path';
  if (url.username !== '' || url.password !== '')
    return 'it holds a name or password; messages are signed, so it needs none';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname))) return undefined;
  return 'it must begin with https:// (http:// only for localhost, 127.0.0.1 or [::1])';
}
