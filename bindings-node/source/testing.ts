import { native } from './native.js';

export { VirtualClock } from './testing/clock.js';
export type { Wait } from './testing/clock.js';
export { MockServerError, NotSeenError } from './testing/controls.js';
export type { ConductedWait, JournalEntry } from './testing/journal.js';
export { Program } from './testing/program.js';
export { MockKey, MockServer } from './testing/server.js';
export type { MockLimits, MockRule, MockServerOptions, TestContext } from './testing/server.js';

/** From now on, a client that takes its time from the machine fails, for tests that show that none does. */
export function forbidRealTime(): void {
  native.forbidRealTime();
}
