/** The data of an event: signed, and yet of any shape, for a signature says nothing about the form. */
export type Data = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textAt(data: Data, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(data: Data, name: string): number | undefined {
  const value = data[name];
  return typeof value === 'number' ? value : undefined;
}

/** The object of that name; one without members where there is none. */
export function objectAt(data: Data, name: string): Data {
  const value = data[name];
  return isObject(value) ? value : {};
}

/** The members of a list that are objects. */
export function objectsAt(data: Data, name: string): Data[] {
  const value = data[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The members of a list that are texts. */
export function textsAt(data: Data, name: string): string[] {
  const value = data[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The members of an object that are numbers: scores, or counts, by their code. */
export function numbersAt(data: Data, name: string): Record<string, number> {
  const members = Object.entries(objectAt(data, name));
  return Object.fromEntries(members.filter((member): member is [string, number] => typeof member[1] === 'number'));
}
