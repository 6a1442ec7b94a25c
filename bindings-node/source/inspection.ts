import type { inspect } from 'node:util';

/** `inspect.custom` of `node:util`, which is not loaded for it: nothing is at a start that can come later. */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** `inspect` of `node:util`, which it gives to those methods. */
export type Inspect = typeof inspect;
