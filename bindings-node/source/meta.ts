import type { ErrorKind } from './errors.js';

/** The rate limit as the service last told it. */
export interface RateLimit {
  /** Requests a window; null where it was not told. */
  readonly limit: number | null;
  /** Requests left in this window; null where it was not told. */
  readonly remaining: number | null;
  /** When the quota comes back, by this machine's clock; null where it was not told. */
  readonly resetAt: Date | null;
}

/** Why a call waited. */
export type WaitReason = 'queue' | 'pacing' | 'penalty' | 'retry_after' | 'backoff';

/** One attempt of a call. */
export interface Attempt {
  /** Its number, from 1. */
  readonly number: number;
  /** When it began, after the call did. */
  readonly startedMs: number;
  /** How long it took. */
  readonly durationMs: number;
  /** How long the call waited before it. */
  readonly waitedMs: number;
  /** What the longest of these waits was for; null where there was none. */
  readonly waitReason: WaitReason | null;
  /** The answer's status; null without one. */
  readonly status: number | null;
  /** What went wrong; null if nothing did. */
  readonly errorKind: ErrorKind | null;
  /** The service's name for it; null where it gave none. */
  readonly requestId: string | null;
  /** Whether it reached the service. */
  readonly sent: 'no' | 'maybe' | 'yes';
}

/** A rate limit in the form that every language has for it. */
export interface WireRateLimit {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly reset_at: string | null;
}

/** An attempt in the form that every language has for it. */
export interface WireAttempt {
  readonly n: number;
  readonly started_ms: number;
  readonly duration_ms: number;
  readonly waited_ms: number;
  readonly wait_reason: WaitReason | null;
  readonly status: number | null;
  readonly error_kind: ErrorKind | null;
  readonly request_id: string | null;
  readonly sent: 'no' | 'maybe' | 'yes';
}

/** An error in the form that every language has for it. */
export interface WireError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly http_status: number | null;
  readonly code: string | null;
  readonly request_id: string | null;
  readonly retry_after_ms: number | null;
  readonly reset_at: string | null;
  readonly queue_depth: number | null;
  readonly local: boolean;
  readonly rate_limit: WireRateLimit | null;
  readonly attempts: readonly WireAttempt[];
  readonly sent: 'no' | 'maybe' | 'yes';
}

/** How an answer was obtained, in the form that every language has for it. */
export interface WireMeta {
  readonly status: number | null;
  readonly request_id: string | null;
  readonly rate_limit: WireRateLimit | null;
  readonly decode_warnings: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly attempts: readonly WireAttempt[];
  readonly elapsed_ms: number;
}

/** How an answer was obtained. */
export class ResponseMeta {
  /** The HTTP status; null where the analysis was read and not received. */
  readonly status: number | null;
  /** The service's name for the request, to be given when asking it for help; null where it gave none. */
  readonly requestId: string | null;
  /** The rate limit as the service last told it to this call. */
  readonly rateLimit: RateLimit | null;
  /** The paths of known fields that could not be read, such as `signal.risk.score`. */
  readonly decodeWarnings: readonly string[];
  /** The answer's headers by their names in lower case. A value that holds the caller's own key or token is replaced. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every attempt of the call, the last one being the one that succeeded. */
  readonly attempts: readonly Attempt[];
  /** The time of the whole call, waits included. */
  readonly elapsedMs: number;
  readonly #wire: WireMeta;

  /** Made from the form that every language has for it. */
  constructor(wire: WireMeta) {
    this.status = wire.status;
    this.requestId = wire.request_id;
    this.rateLimit = readRateLimit(wire.rate_limit);
    this.decodeWarnings = wire.decode_warnings;
    this.headers = wire.headers;
    this.attempts = readAttempts(wire.attempts);
    this.elapsedMs = wire.elapsed_ms;
    this.#wire = wire;
  }

  /** The same in the form that every language has for it. */
  toJSON(): WireMeta {
    return this.#wire;
  }
}

export function readRateLimit(wire: WireRateLimit | null): RateLimit | null {
  if (wire === null) return null;
  const { limit, remaining, reset_at } = wire;
  return { limit, remaining, resetAt: reset_at === null ? null : new Date(reset_at) };
}

export function readAttempts(wire: readonly WireAttempt[]): readonly Attempt[] {
  return wire.map((attempt) => ({
    number: attempt.n,
    startedMs: attempt.started_ms,
    durationMs: attempt.duration_ms,
    waitedMs: attempt.waited_ms,
    waitReason: attempt.wait_reason,
    status: attempt.status,
    errorKind: attempt.error_kind,
    requestId: attempt.request_id,
    sent: attempt.sent,
  }));
}
