import { AxiomoError } from './errors.js';
import type { WireError } from './meta.js';

/** The error for what the native part refused, in JSON. */
export function refused(failure: string): AxiomoError {
  const { error, causes } = JSON.parse(failure) as { error: WireError; causes: string[] };
  return AxiomoError.from(error, causes);
}

/** What was made, or throws what kept it from being made. */
export function made<T extends object>(outcome: T | string): T {
  if (typeof outcome === 'string') throw refused(outcome);
  return outcome;
}

/** What is wrong with a setting or with where the client is used; nothing was sent. */
export function misconfigured(message: string): AxiomoError {
  return AxiomoError.from(
    {
      kind: 'configuration',
      message,
      http_status: null,
      code: null,
      request_id: null,
      retry_after_ms: null,
      reset_at: null,
      queue_depth: null,
      local: true,
      rate_limit: null,
      attempts: [],
      sent: 'no',
    },
    [],
  );
}
