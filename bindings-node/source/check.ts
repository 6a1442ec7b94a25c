/** What an option can be by `typeof`; `object` excludes null. */
type Type = 'string' | 'number' | 'boolean' | 'object' | 'function';

/** Options of which none has a name that there is not, another type than its own, or a number that is not finite. */
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
      const hint = expected.includes('string') ? hintOf(value) : '';
      throw new TypeError(`${what}: \`${name}\` must be ${expected.join(' or ')}, not ${shown(value)}${hint}`);
    }
    // JSON has null for these, as for what was not given.
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new TypeError(`${what}: \`${name}\` must be a finite number, not ${value}`);
    }
  }
  return given;
}

/** A text; what else is given there is named. */
export function text(given: unknown, what: string): string {
  if (typeof given !== 'string') throw new TypeError(`${what} must be a string, not ${shown(given)}${hintOf(given)}`);
  return given;
}

/** Checks that the members of an option are texts: the native part would refuse them without a name. */
export function checkTexts(members: Readonly<Record<string, unknown>>, option: string, what: string): void {
  for (const [name, value] of Object.entries(members)) text(value, `${what}: \`${name}\` of \`${option}\``);
}

/** What to do about a value that is no text, where its type tells. */
function hintOf(value: unknown): string {
  return ArrayBuffer.isView(value) ? '; decode them, or read the file as utf8' : '';
}

/** The type of a value, for messages: values may hold secrets. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return 'bytes';
  return typeof value === 'object' ? 'an object' : typeof value;
}

/** A name that was meant: without its unit, or in another spelling. */
function meant(name: string, types: object): string {
  const plain = (text: string): string => text.replace(/_|Ms$/g, '').toLowerCase();
  const near = Object.keys(types).find((known) => plain(known) === plain(name));
  return near === undefined ? `; there are ${Object.keys(types).join(', ')}` : `; did you mean \`${near}\`?`;
}
