const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const ESCAPE = /\\u([\da-fA-F]{4})/g;

/** JSON as `JSON.parse` reads it, save that integers that a number cannot hold are bigints. */
export function parseExact(text: string): unknown {
  const tag = unusedName(text);
  const marked = text.replace(TOKEN, (token) => (isTooLarge(token) ? `{"${tag}":"${token}"}` : token));
  if (marked === text) return JSON.parse(text);
  return JSON.parse(marked, (_, value: unknown) => {
    const digits = (value as Record<string, unknown> | null)?.[tag];
    return typeof digits === 'string' ? BigInt(digits) : value;
  });
}

/** A name that no member has, in whatever spelling. */
function unusedName(text: string): string {
  const read = text.replace(ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const longest = (read.match(/\$bigint_*/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  return '$bigint'.padEnd(longest + 1, '_');
}

function isTooLarge(token: string): boolean {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));
}
