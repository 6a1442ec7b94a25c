/** What an option can be by `typeof`; `object` excludes null. */
type Type = 'string' | 'number' | 'boolean' | 'object' | 'function';

/** Options of which none is given by another type than its own, or under a name that there is not. */
export function checked<T extends object>(
  given: T | undefined,
  types: Readonly<Record<string, Type | readonly Type[]>>,
  what: string,
): Partial<T> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null) throw new TypeError(`${what} must be an object, not ${shown(given)}`);
  for (const [name, value] of Object.entries(given)) {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) throw new TypeError(`${what}: there is no \`${name}\`${meant(name, types)}`);
    const expected = typeof type === 'string' ? [type] : type;
    if (value !== undefined && (value === null || !expected.includes(typeof value as Type))) {
      throw new TypeError(`${what}: \`${name}\` must be ${expected.join(' or ')}, not ${shown(value)}`);
    }
  }
  return given;
}

/** A text; what else is given there is named. */
export function text(given: unknown, what: string): string {
  if (typeof given !== 'string') throw new TypeError(`${what} must be a string, not ${shown(given)}`);
  return given;
}

/** The type of a value, for messages: values may hold secrets. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : typeof value;
}

/** A name that was meant: without its unit, or in another spelling. */
function meant(name: string, types: object): string {
  const plain = (text: string): string => text.replace(/_|Ms$/g, '').toLowerCase();
  const near = Object.keys(types).find((known) => plain(known) === plain(name));
  return near === undefined ? `; there are ${Object.keys(types).join(', ')}` : `; did you mean \`${near}\`?`;
}
