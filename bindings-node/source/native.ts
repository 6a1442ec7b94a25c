/** What comes from the client's thread: what it is, the number of the call or of whoever is asked, and the rest. */
export type Arrival = readonly [
  kind: Kind,
  number: number,
  first: number,
  second: number,
  one: string | null,
  two: string | null,
  three: string | null,
  four: string | null,
  five: string | null,
];

/** As `core/src/background/bridge/arrival.rs` numbers them. */
export const enum Kind {
  Analysis = 0,
  Failed = 1,
  Broken = 2,
  Repeated = 3,
  Ended = 4,
  Feed = 5,
  Key = 6,
  Events = 7,
}

export interface Bridge {
  abort(number: number): void;
  keep(alive: boolean): void;
  giveKey(question: number, key: string | null, problem: string | null): void;
  want(least: string | null): void;
  events(): string;
}

export interface NativeClient {
  readonly baseUrl: string;
  readonly hasKey: boolean;
  analyze(
    bridge: Bridge,
    call: number,
    text: string,
    isAddress: boolean,
    token: string | null,
    options: string | null,
    cancel: NativeCancelHandle | null,
  ): void;
  scan(
    bridge: Bridge,
    call: number,
    scanId: string,
    options: string | null,
    cancel: NativeCancelHandle | null,
  ): void;
  analyzeMany(
    shape: string,
    options: string | null,
    left: number | null,
    cancel: NativeCancelHandle | null,
  ): NativeBatch | string;
  withOptions(number: number, options: string, cancel: NativeCancelHandle | null): NativeClient | string;
  rateLimit(): string;
  rateLimiter(): NativeRateLimiter;
  close(): void;
}

export interface NativeCancelHandle {
  readonly isCancelled: boolean;
  cancel(): void;
}

export interface NativeBatch {
  next(bridge: Bridge, call: number, batch: number): void;
  push(text: string, isAddress: boolean): void;
  pushOther(found: string): void;
  end(): void;
  wait(): void;
  close(): void;
  progress(): string;
}

export interface NativeRateLimiter {
  snapshot(): string;
}

export interface NativeClock {
  skipWaits(skip: boolean): void;
  advance(milliseconds: number): undefined | string;
  elapsed(): number;
  waits(): string;
}

/** The functions of the native part. Those that may refuse give what is wrong, in JSON, instead of a result. */
export interface Native {
  readonly Bridge: new (settle: (arrivals: readonly Arrival[]) => void) => Bridge;
  readonly NativeCancelHandle: new () => NativeCancelHandle;
  open(
    bridge: Bridge,
    number: number,
    settings: string,
    limiter: NativeRateLimiter | null,
    clock: NativeClock | null,
  ): NativeClient | string;
  rateLimiter(limit: number | null, pacing: string | null): NativeRateLimiter | string;
  sharedRateLimiter(name: string, pacing: string | null): NativeRateLimiter | string;
  redisRateLimiter(url: string, pacing: string | null): NativeRateLimiter | string;
  virtualClock(): NativeClock;
  conductedClock(address: string): NativeClock | string;
  forbidRealTime(): void;
  readAnalysis(text: string): readonly (string | null)[] | string;
  extraOf(text: string, path: string): string;
  verifyWebhook(secret: string, body: Uint8Array, signature: string): boolean;
}

/** The names of this machine's packages, the likeliest first. */
function platforms(): readonly string[] {
  const machine = `${process.platform}-${process.arch}`;
  switch (process.platform) {
    case 'linux':
      // Which C library there is shows when one of them is loaded.
      return [`${machine}-gnu`, `${machine}-musl`];
    case 'win32':
      return [`${machine}-msvc`];
    default:
      return [machine];
  }
}

function load(): Native {
  const { existsSync } = require('node:fs') as typeof import('node:fs');
  const { join } = require('node:path') as typeof import('node:path');
  const problems: Error[] = [];
  const reasons: string[] = [];
  for (const platform of platforms()) {
    const beside = join(__dirname, '..', `axiomo.${platform}.node`);
    for (const place of [beside, `@axiomo/${platform}`]) {
      try {
        // An installed package has none, and a `require` that finds nothing takes several times as long as a look.
        if (place === beside && !existsSync(beside)) throw new Error('there is no such file');
        return require(place) as Native;
      } catch (problem) {
        const { message } = problem as Error;
        reasons.push(`\n- ${place}: ${message.split('\n')[0]}`);
        problems.push(problem as Error);
      }
    }
  }
  throw new Error(
    `the native part of axiomo could not be loaded on ${process.platform} ${process.arch}; tried:${reasons.join('')}\n` +
      'Install it with optional dependencies (npm install --include=optional), on the system on which it is to run.',
    { cause: new AggregateError(problems) },
  );
}

let loaded: Native | undefined;

/** The native part, loaded by whoever needs it first: what it takes is most of a start. */
export function native(): Native {
  return (loaded ??= load());
}
