import { checked, text } from './check.js';
import { made } from './failure.js';
import { readRateLimit } from './meta.js';
import type { RateLimit, WireRateLimit } from './meta.js';
import { native } from './native.js';
import type { NativeRateLimiter } from './native.js';

/** How a rate limiter spreads requests out. */
export interface RateLimiterOptions {
  /** Requests a minute. Default: 60, which a user with a key has. */
  readonly limit?: number | undefined;
  /** `eager`: as early as they can leave; `smooth`: evenly; `off`: as they come. Default: `eager`. */
  readonly pacing?: 'eager' | 'smooth' | 'off' | undefined;
}

/** What a `RateLimiter` knows at one moment. */
export interface RateLimiterSnapshot {
  /** Units a window, as far as is known. */
  readonly limit: number;
  /** Units that its own requests hold, those under way included. */
  readonly own: number;
  /** Units that others seem to hold. */
  readonly others: number;
  /** How many calls wait. */
  readonly waiting: number;
  /** For how long the service wants to be left alone; null where it does not. */
  readonly pausedForMs: number | null;
  /** What the service last told. */
  readonly told: RateLimit | null;
}

const NATIVE = new WeakMap<RateLimiter, NativeRateLimiter>();

/** Keeps the calls of one user of the service under the rate limit: give one to every client of that user. */
export class RateLimiter {
  /**
   * A limiter for this process.
   *
   * @throws ConfigurationError when the limit is no whole number.
   */
  constructor(options?: RateLimiterOptions) {
    const given = checked(options, { limit: 'number', pacing: 'string' }, 'the options of a rate limiter');
    NATIVE.set(this, made(native().rateLimiter(given.limit ?? null, given.pacing ?? null)));
  }

  /** The limiter of this name, the same one for the whole process, worker threads included. */
  static shared(name: string, options?: Pick<RateLimiterOptions, 'pacing'>): RateLimiter {
    return limiterOf(made(native().sharedRateLimiter(text(name, 'the name'), pacing(options))));
  }

  /**
   * One whose quota is kept in Redis, for all processes that use it. Connects when it is first needed.
   *
   * @throws ConfigurationError when the address is not one of Redis.
   */
  static redis(url: string, options?: Pick<RateLimiterOptions, 'pacing'>): RateLimiter {
    return limiterOf(made(native().redisRateLimiter(text(url, 'the address of Redis'), pacing(options))));
  }

  /** What it knows now. */
  snapshot(): RateLimiterSnapshot {
    type Read = Omit<RateLimiterSnapshot, 'told'> & { told: WireRateLimit | null };
    const read = JSON.parse(nativeOf(this).snapshot()) as Read;
    return { ...read, told: readRateLimit(read.told) };
  }
}

function pacing(options: Pick<RateLimiterOptions, 'pacing'> | undefined): string | null {
  return checked(options, { pacing: 'string' }, 'the options of a rate limiter').pacing ?? null;
}

export function limiterOf(limiter: NativeRateLimiter): RateLimiter {
  const made = Object.create(RateLimiter.prototype) as RateLimiter;
  NATIVE.set(made, limiter);
  return made;
}

export function nativeOf(limiter: RateLimiter): NativeRateLimiter {
  const found = NATIVE.get(limiter);
  if (found === undefined) throw new TypeError('the rate limiter must be a RateLimiter of this package');
  return found;
}
