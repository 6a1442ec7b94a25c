import { native } from './native.js';
import type { NativeCancelHandle } from './native.js';

const NATIVE = new WeakMap<CancelHandle, NativeCancelHandle>();

/**
 * Cancels calls, as an `AbortSignal` does, and lets them tell what they tried: they are rejected with `CancelledError`,
 * which has their attempts.
 */
export class CancelHandle {
  constructor() {
    NATIVE.set(this, new (native().NativeCancelHandle)());
  }

  /** Cancels every call that has this handle, and every one that will get it. */
  cancel(): void {
    handleOf(this).cancel();
  }

  /** Whether it was cancelled. */
  get isCancelled(): boolean {
    return handleOf(this).isCancelled;
  }
}

export function handleOf(handle: CancelHandle): NativeCancelHandle {
  const found = NATIVE.get(handle);
  if (found === undefined) throw new TypeError('the handle must be a CancelHandle of this package');
  return found;
}
