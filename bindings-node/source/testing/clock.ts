import { made, refused } from '../failure.js';
import { native } from '../native.js';
import type { NativeClock } from '../native.js';

/** A wait of a client's. */
export interface Wait {
  /** How long it was to be. */
  readonly lengthMs: number;
  /** What it was for: `queue`, `pacing`, `penalty`, `retry_after` or `backoff`. */
  readonly reason: string;
}

const NATIVE = new WeakMap<VirtualClock, NativeClock>();

/** Time that passes only when a test says so: in milliseconds, where the mock server counts seconds. */
export class VirtualClock {
  constructor() {
    NATIVE.set(this, native().virtualClock());
  }

  /**
   * One that a reference server moves, at the address of its conductor.
   *
   * @throws ConfigurationError when there is no conductor.
   */
  static conducted(address: string): VirtualClock {
    const clock = Object.create(VirtualClock.prototype) as VirtualClock;
    NATIVE.set(clock, made(native().conductedClock(address)));
    return clock;
  }

  /** Whether waits end at once, as if their time had passed. */
  skipWaits(skip = true): void {
    clockOf(this).skipWaits(skip);
  }

  /** Lets so many milliseconds pass. */
  advance(milliseconds: number): void {
    const problem = clockOf(this).advance(milliseconds);
    if (typeof problem === 'string') throw refused(problem);
  }

  /** How many milliseconds have passed. */
  get elapsedMs(): number {
    return clockOf(this).elapsed();
  }

  /** Every wait that was begun. */
  waits(): readonly Wait[] {
    return JSON.parse(clockOf(this).waits()) as Wait[];
  }
}

export function clockOf(clock: VirtualClock): NativeClock {
  const found = NATIVE.get(clock);
  if (found === undefined) throw new TypeError('the clock must be a VirtualClock of this package');
  return found;
}

/** From now on, a client that takes its time from the machine fails, for tests that show that none does. */
export function forbidRealTime(): void {
  native().forbidRealTime();
}
