/** All that is in one module: what users see, and what the test kit has of it besides. */
export * from './index.js';
export { forbidRealTime, VirtualClock } from './testing/clock.js';
