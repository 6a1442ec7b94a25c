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
