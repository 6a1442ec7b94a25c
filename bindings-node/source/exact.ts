const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON as `JSON.parse` reads it, save that integers that a number cannot hold are bigints. */
export function parseExact(text: string): unknown {
  let tag = '$bigint';
  while (text.includes(tag)) tag += '_';
  const marked = text.replace(TOKEN, (token) => (isTooLarge(token) ? `{"${tag}":"${token}"}` : token));
  if (marked === text) return JSON.parse(text);
  return JSON.parse(marked, (_, value: unknown) => {
    const digits = (value as Record<string, unknown> | null)?.[tag];
    return typeof digits === 'string' ? BigInt(digits) : value;
  });
}

function isTooLarge(token: string): boolean {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));
}
