/** `name=ref` as a target; the ref says where the model is. */
export function namedTarget(text: string): { name: string; ref: string } {
  const [name = '', ...ref] = text.split('=');
  return { name, ref: ref.join('=') };
}
