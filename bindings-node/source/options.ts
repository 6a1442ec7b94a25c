// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

/** What one call, or one client, does differently. */
export interface CallOptions {
  /**
   * The whole time of one call, waits and retries included. Default: 300000 ms, or `AXIOMO_TIMEOUT`, in seconds.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The time of one attempt: to connect, if there is no connection yet, to send, and to read the last byte of the answer. Default: 90000 ms, or `AXIOMO_ATTEMPT_TIMEOUT`, in seconds.
   */
  readonly attemptTimeoutMs?: number | undefined;
  /**
   * The longest single wait; one that would be longer is an error at once. Default: 180000 ms, or `AXIOMO_MAX_WAIT`, in seconds.
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * How many attempts may follow the first. Default: 3, or `AXIOMO_MAX_RETRIES`.
   */
  readonly maxRetries?: number | undefined;
  /**
   * Whether an analysis whose answer was lost is asked for once more. Default: true.
   */
  readonly retryAmbiguous?: boolean | undefined;
}

/** What a client does differently. */
export interface ModelOptions extends CallOptions {
  /**
   * Where the service is; the paths of the API are appended to it. Default: `https://axiomo.app/api`, or `AXIOMO_BASE_URL`.
   */
  readonly baseUrl?: string | undefined;
  /**
   * The time to connect, TLS included. Default: 5000 ms.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * How requests are spread out, for everybody who shares the client's rate limiter. Default: `eager`.
   */
  readonly pacing?: 'eager' | 'smooth' | 'off' | undefined;
}

/** The types of the options, by which they are checked. */
export const CALL_OPTIONS = {
  timeoutMs: 'number',
  attemptTimeoutMs: 'number',
  maxWaitMs: 'number',
  maxRetries: 'number',
  retryAmbiguous: 'boolean',
} as const;

/** The types of those that only a client has. */
export const MODEL_OPTIONS = {
  baseUrl: 'string',
  connectTimeoutMs: 'number',
  pacing: 'string',
} as const;
