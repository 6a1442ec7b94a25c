/** One thing that happened at a mock server. */
export interface JournalEntry {
  /** Its number; the first is 1, and none is left out. */
  readonly n: number;
  /** Milliseconds of the server's time since it started. */
  readonly at_ms: number;
  /** What happened. `gone`: the client left before there was an answer. */
  readonly event: 'opened' | 'request' | 'answer' | 'gone' | 'closed';
  /** `opened`, `request`, `closed`: the number of the connection. */
  readonly connection?: number;
  /** `opened`: the name of the listener. */
  readonly listener?: string;
  /** `request`, `answer`, `gone`: the number of the request. */
  readonly request?: number;
  /** `request`: the method. */
  readonly method?: string;
  /** `request`: the path and the query. */
  readonly target?: string;
  /** `request`: `HTTP/1.1` or `HTTP/2.0`. */
  readonly version?: string;
  /** `request`, `answer`: names in lower case, and values. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** `request`: the body as far as it was read, if it is a text. */
  readonly body?: string;
  /** `request`: the body if it is no text. */
  readonly body_base64?: string;
  /** `answer`: the status. */
  readonly status?: number;
  /** `answer`: what `X-Request-Id` says. */
  readonly request_id?: string | null;
  /** `closed`: who ended the connection first. */
  readonly by?: 'client' | 'server';
  /** `closed`: with an orderly end, or a reset. */
  readonly how?: 'fin' | 'reset';
}

/** A wait that a client began, in virtual time. */
export interface ConductedWait {
  /** When it began, in nanoseconds since the beginning of time. */
  readonly began_ns: number;
  /** How long it was to be, in nanoseconds. */
  readonly length_ns: number;
  /** What it was for: `queue`, `pacing`, `penalty`, `retry_after` or `backoff`. */
  readonly reason: string;
}
