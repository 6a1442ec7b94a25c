import { native } from './native.js';

export { VirtualClock } from './clock.js';
export type { Wait } from './clock.js';

/** From now on, a client that takes its time from the machine fails, for tests that show that none does. */
export function forbidRealTime(): void {
  native.forbidRealTime();
}
