export { forbidRealTime, VirtualClock } from './testing/clock.js';
export type { Wait } from './testing/clock.js';
export { MockServerError, NotSeenError } from './testing/controls.js';
export type { ConductedWait, JournalEntry } from './testing/journal.js';
export { Program } from './testing/program.js';
export { MockKey, MockServer } from './testing/server.js';
export type { MockLimits, MockRule, MockServerOptions, TestContext } from './testing/server.js';
