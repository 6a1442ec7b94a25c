import { text } from './check.js';
import { native } from './native.js';

/**
 * Whether `signature` is that of `body` under `secret`: HMAC-SHA256 in hexadecimal, with or without `sha256=` before it,
 * as the header `X-Hub-Signature-256` carries it. The comparison takes the same time wherever the first difference is. An
 * empty secret verifies nothing.
 *
 * `body` is the request's body as it came, before anything parses it.
 */
export function verifyWebhook(
  secret: string,
  body: string | Uint8Array,
  signature: string | null | undefined,
): boolean {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the body must be a string or bytes, as it came');
  // A request without the header is not signed: undefined of Node's own headers, null of those of Fetch.
  if (signature === undefined || signature === null) return false;
  return native().verifyWebhook(text(secret, 'the secret'), bytes, text(signature, 'the signature'));
}
