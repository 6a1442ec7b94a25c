/** All that is in one module: what users see, and what the test kit has of it besides. */
export * from './index.js';
export { made, refused } from './failure.js';
export { native } from './native.js';
export { VirtualClock } from './testing/clock.js';
