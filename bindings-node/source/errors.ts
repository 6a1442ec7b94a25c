// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

import { readAttempts, readRateLimit } from './meta.js';
import type { Attempt, RateLimit, WireError } from './meta.js';

/** What went wrong, in one word. */
export type ErrorKind =
  | 'configuration'
  | 'invalid_request'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'rate_limited'
  | 'timeout'
  | 'connection'
  | 'server'
  | 'decode'
  | 'cancelled';

/**
 * What went wrong with a call, the same in every language. `kind` says in one word what to do about it, `message` says
 * it in a sentence. Nothing in an error holds the key, a token or the path of an address.
 */
export class AxiomoError extends Error {
  /** What went wrong, in one word. */
  readonly kind: ErrorKind;
  /** The status of the last answer; null without one. */
  readonly status: number | null;
  /** The word for it that the service gave, or one of our own such as `unexpected_redirect`. */
  readonly code: string | null;
  /** The service's name for the request, to be given when asking it for help. */
  readonly requestId: string | null;
  /** How long to wait before it makes sense to try again, from the moment of the error. */
  readonly retryAfterMs: number | null;
  /** How many calls waited at the rate limit when this one was refused for want of time. */
  readonly queueDepth: number | null;
  /** Whether the call was refused here and not by the service. */
  readonly local: boolean;
  /** The rate limit as the service last told it to this call. */
  readonly rateLimit: RateLimit | null;
  /** Every attempt of the call; empty when nothing was tried. */
  readonly attempts: readonly Attempt[];
  /** Whether any attempt reached the service. */
  readonly sent: 'no' | 'maybe' | 'yes';
  readonly #wire: WireError;

  /** Made from the form that every language has for it, and from what caused it, the nearest first. */
  constructor(wire: WireError, causes: readonly string[] = []) {
    super(shown(wire), causes.length > 0 ? { cause: caused(causes) } : undefined);
    this.kind = wire.kind;
    this.status = wire.http_status;
    this.code = wire.code;
    this.requestId = wire.request_id;
    this.retryAfterMs = wire.retry_after_ms;
    this.queueDepth = wire.queue_depth;
    this.local = wire.local;
    this.rateLimit = readRateLimit(wire.rate_limit);
    this.attempts = readAttempts(wire.attempts);
    this.sent = wire.sent;
    this.#wire = wire;
  }

  /** The error of the class of its kind, made from the form that every language has for it. */
  static from(wire: WireError, causes: readonly string[] = []): AxiomoError {
    return new CLASSES[wire.kind](wire, causes);
  }

  /** When the quota comes back, by this machine's clock. */
  get resetAt(): Date | null {
    return this.rateLimit?.resetAt ?? null;
  }

  /** The error in the form that every language has for it. */
  toJSON(): WireError {
    return this.#wire;
  }
}

// On the prototype, so that it stands once in what is shown of an error.
Object.defineProperty(AxiomoError.prototype, 'name', { value: 'AxiomoError', configurable: true, writable: true });

function shown(wire: WireError): string {
  const facts: string[] = [];
  if (wire.http_status !== null) facts.push(`HTTP ${wire.http_status}`);
  if (wire.code !== null) facts.push(wire.code);
  if (wire.request_id !== null) facts.push(`request ${wire.request_id}`);
  if (wire.attempts.length > 1) facts.push(`${wire.attempts.length} attempts`);
  return facts.length > 0 ? `${wire.message} [${facts.join(', ')}]` : wire.message;
}

/** A chain of causes. Their stacks are left out: they did not arise in JavaScript. */
function caused([first, ...rest]: readonly string[]): Error {
  const cause = new Error(first, rest.length > 0 ? { cause: caused(rest) } : undefined);
  cause.stack = `Error: ${first}`;
  return cause;
}

/** A key, address or option is wrong; nothing was sent. */
export class ConfigurationError extends AxiomoError {
  declare readonly kind: 'configuration';
}

/** The request is wrong, by the service's word or before it was sent. HTTP 400, 422, 4xx. */
export class InvalidRequestError extends AxiomoError {
  declare readonly kind: 'invalid_request';
}

/** The key is missing, wrong or revoked. HTTP 401. */
export class AuthenticationError extends AxiomoError {
  declare readonly kind: 'authentication';
}

/** The key may not do this. HTTP 403. */
export class PermissionDeniedError extends AxiomoError {
  declare readonly kind: 'permission';
}

/** There is no such thing, or the key may not see it. HTTP 404. */
export class NotFoundError extends AxiomoError {
  declare readonly kind: 'not_found';
}

/** The limit is used up, by the service's word or by our own count. HTTP 429. */
export class RateLimitError extends AxiomoError {
  declare readonly kind: 'rate_limited';
}

/** An attempt or the whole call took too long. HTTP 408. */
export class TimeoutError extends AxiomoError {
  declare readonly kind: 'timeout';
}

/** The name could not be resolved, or the connection failed, was cut, or ended early. */
export class ConnectionError extends AxiomoError {
  declare readonly kind: 'connection';
}

/** The service failed, or answered with a redirect, which is never followed. HTTP 5xx, 3xx. */
export class ServerError extends AxiomoError {
  declare readonly kind: 'server';
}

/** The answer is a success but not what it should be. */
export class DecodeError extends AxiomoError {
  declare readonly kind: 'decode';
}

/** The caller cancelled. */
export class CancelledError extends AxiomoError {
  declare readonly kind: 'cancelled';
}

const CLASSES: Readonly<Record<ErrorKind, typeof AxiomoError>> = {
  configuration: ConfigurationError,
  invalid_request: InvalidRequestError,
  authentication: AuthenticationError,
  permission: PermissionDeniedError,
  not_found: NotFoundError,
  rate_limited: RateLimitError,
  timeout: TimeoutError,
  connection: ConnectionError,
  server: ServerError,
  decode: DecodeError,
  cancelled: CancelledError,
};

for (const kind of Object.values(CLASSES)) {
  Object.defineProperty(kind.prototype, 'name', { value: kind.name, configurable: true, writable: true });
}
