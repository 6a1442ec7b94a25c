import { analysisOf } from './analysis.js';
import type { Analysis } from './analysis.js';
import { Batch } from './batch.js';
import type { BatchOptions } from './batch.js';
import { handleOf } from './cancel-handle.js';
import type { CancelHandle } from './cancel-handle.js';
import { checked, checkTexts, shown, text } from './check.js';
import { clockOf } from './testing/clock.js';
import type { VirtualClock } from './testing/clock.js';
import { made } from './failure.js';
import { inspected } from './inspection.js';
import { readRateLimit } from './meta.js';
import type { RateLimit, WireRateLimit } from './meta.js';
import { native } from './native.js';
import type { Bridge, NativeClient } from './native.js';
import { CALL_OPTIONS, MODEL_OPTIONS } from './options.js';
import type { CallOptions, ModelOptions } from './options.js';
import { limiterOf, nativeOf } from './rate-limiter.js';
import type { RateLimiter } from './rate-limiter.js';
import { requestText } from './request.js';
import type { AnalyzeRequest } from './request.js';
import { ABORTED, thread } from './thread.js';
import type { KeyProvider, Logger } from './thread.js';

/** What a client does differently, and with whose rights. */
export interface ClientOptions extends ModelOptions {
  /**
   * The key, or a function that gives it, which is asked before the first call and again when the service has refused the one
   * before. Default: `AXIOMO_API_KEY`; none without it.
   */
  readonly apiKey?: string | KeyProvider | undefined;
  /** Whether to go without a key, whatever the environment says. Default: false. */
  readonly anonymous?: boolean | undefined;
  /**
   * Keeps the calls of several clients under one rate limit. Default: one for all clients with this key, and one of its own
   * where a function gives the key.
   */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Words at the end of `User-Agent`, such as the name of a bot. */
  readonly userAgentSuffix?: string | undefined;
  /** The address of a proxy. Default: as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say. */
  readonly proxy?: string | undefined;
  /** A certificate in PEM that is trusted besides the system's. */
  readonly rootCertificate?: string | undefined;
  /** The certificates and the key, in PEM, by which the client shows who it is. */
  readonly clientCertificate?: { readonly chain: string; readonly key: string } | undefined;
  /** Headers of every request. */
  readonly defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** Whether a key may be sent to an `http` address that is not of this machine. Default: false. */
  readonly allowInsecureHttp?: boolean | undefined;
  /** Is told what the client does: requests, waits, retries. Default: nobody; see also the channel `axiomo`. */
  readonly logger?: Logger | undefined;
  /** Time for tests. Default: the machine's. */
  readonly clock?: VirtualClock | undefined;
}

/** What a client that is made from another does differently, and how its calls can be ended. */
export interface DerivedOptions extends CallOptions {
  /** Cancels every call of the client, beside the handle that a call itself has. */
  readonly cancel?: CancelHandle | undefined;
}

/** What one call does differently, and how it can be ended. */
export interface ScanOptions extends CallOptions {
  /** Drops the call, at once and wherever it is, when it is aborted: the call is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Cancels the call: it is rejected with `CancelledError`, which tells what was tried. */
  readonly cancel?: CancelHandle | undefined;
}

/** What one analysis does differently, and how it can be ended. */
export interface AnalyzeOptions extends ScanOptions {
  /** A token of the provider's, for a private repository. */
  readonly accessToken?: string | undefined;
}

const DERIVED_OPTIONS = { ...CALL_OPTIONS, cancel: 'object' } as const;
const SCAN_OPTIONS = { ...DERIVED_OPTIONS, signal: 'object' } as const;
const ANALYZE_OPTIONS = { ...SCAN_OPTIONS, accessToken: 'string' } as const;
const BATCH_OPTIONS = { ...SCAN_OPTIONS, ordered: 'boolean', concurrency: 'number', deadlineMs: 'number' } as const;
const CLIENT_OPTIONS = {
  ...CALL_OPTIONS,
  ...MODEL_OPTIONS,
  apiKey: ['string', 'function'],
  anonymous: 'boolean',
  rateLimiter: 'object',
  userAgentSuffix: 'string',
  proxy: 'string',
  rootCertificate: 'string',
  clientCertificate: 'object',
  defaultHeaders: 'object',
  allowInsecureHttp: 'boolean',
  logger: 'object',
  clock: 'object',
} as const;

/** What is checked, in messages. */
const OF_CLIENT = 'the options of a client';

/** What a client has in common with those that were made from it. */
interface Shared {
  readonly logger: Logger | undefined;
  /** The client whose function gives the key. */
  readonly first: object;
}

/**
 * A client of the Axiomo API, which turns a pull request into a Signal: who wrote it, what it wants, how risky it is and
 * why, where to look first. Connections and the rate limit are shared by all its calls.
 */
export class Axiomo implements AsyncDisposable {
  #native!: NativeClient;
  #shared!: Shared;

  /**
   * A client as the options say, and where they are silent as the environment does. Nothing is sent.
   *
   * @throws ConfigurationError when a key, an address or an option is wrong.
   */
  constructor(given?: ClientOptions) {
    if (given instanceof Derived) {
      this.#native = given.client;
      this.#shared = given.shared;
      return;
    }
    const { apiKey, rateLimiter, clock, logger, ...others } = checked(given, CLIENT_OPTIONS, OF_CLIENT);
    const { timeoutMs, attemptTimeoutMs, maxWaitMs, maxRetries, retryAmbiguous, ...settings } = others;
    const options = { timeoutMs, attemptTimeoutMs, maxWaitMs, maxRetries, retryAmbiguous };
    const { defaultHeaders, clientCertificate } = settings;
    if (defaultHeaders) checkTexts(defaultHeaders, 'defaultHeaders', OF_CLIENT);
    if (clientCertificate) {
      const { chain, key } = clientCertificate;
      checkTexts({ chain, key }, 'clientCertificate', OF_CLIENT);
    }
    const asksForKey = typeof apiKey === 'function';
    const key = asksForKey ? { asksForKey } : { apiKey };
    const text = JSON.stringify({ ...settings, ...key, options, runtime: RUNTIME });
    const number = thread.number();
    const limiter = rateLimiter === undefined ? null : nativeOf(rateLimiter);
    const time = clock === undefined ? null : clockOf(clock);
    this.#native = made(native().open(thread.bridge, number, text, limiter, time));
    this.#shared = { logger, first: this };
    thread.know(this, number, asksForKey ? apiKey : undefined, logger);
  }

  /**
   * Analyses a pull request, by the address of its page or by an `AnalyzeRequest`. An analysis usually takes 10 to 30
   * seconds.
   *
   * @throws AxiomoError of the class of its kind; the signal's reason when it is aborted.
   */
  async analyze(request: string | URL | AnalyzeRequest, options?: AnalyzeOptions): Promise<Analysis> {
    const what = requestText(request);
    if (typeof what === 'string') throw new TypeError(`a request must be an address or an AnalyzeRequest, not ${what}`);
    const { signal, cancel, accessToken, ...others } = checked(options, ANALYZE_OPTIONS, 'the options of a call');
    const settings = optionsText(others);
    const handle = cancel === undefined ? null : handleOf(cancel);
    return this.#finish(signal, (bridge, number) => {
      this.#native.analyze(bridge, number, what.text, what.isAddress, accessToken ?? null, settings, handle);
    });
  }

  /**
   * Retrieves a Signal that was made before, by its id.
   *
   * @throws AxiomoError of the class of its kind; the signal's reason when it is aborted.
   */
  async scan(scanId: string, options?: ScanOptions): Promise<Analysis> {
    const id = text(scanId, 'the id of a scan');
    const { signal, cancel, ...others } = checked(options, SCAN_OPTIONS, 'the options of a call');
    const settings = optionsText(others);
    const handle = cancel === undefined ? null : handleOf(cancel);
    return this.#finish(signal, (bridge, number) => {
      this.#native.scan(bridge, number, id, settings, handle);
    });
  }

  /**
   * Analyses many pull requests: as many at once as use the whole rate limit and do not trip it. Gives a result or an
   * error for each item, in the order in which they are done; an item is whatever `analyze` takes.
   *
   * @throws ConfigurationError when an option is wrong.
   */
  analyzeMany<T extends string | URL | AnalyzeRequest>(
    items: Iterable<T> | AsyncIterable<T>,
    options?: BatchOptions,
  ): Batch<T> {
    const given = checked(options, BATCH_OPTIONS, 'the options of a batch');
    const { signal, cancel, ordered = false, concurrency, deadlineMs, ...others } = given;
    const left = (items as { length?: unknown }).length ?? (items as { size?: unknown }).size;
    const shape = JSON.stringify({ ordered, concurrency, deadlineMs });
    const known = typeof left === 'number' ? left : null;
    const handle = cancel === undefined ? null : handleOf(cancel);
    const batch = made(this.#native.analyzeMany(shape, optionsText(others), known, handle));
    return new Batch(batch, items, checkedSignal(signal));
  }

  /** The rate limit as the service last told it; null before the first answer that tells it. */
  rateLimit(): RateLimit | null {
    return readRateLimit(JSON.parse(this.#native.rateLimit()) as WireRateLimit | null);
  }

  /** What keeps this client's calls under the rate limit. */
  get rateLimiter(): RateLimiter {
    return limiterOf(this.#native.rateLimiter());
  }

  /** Where the service is. */
  get baseUrl(): string {
    return this.#native.baseUrl;
  }

  /** Whether calls carry a key. */
  get hasKey(): boolean {
    return this.#native.hasKey;
  }

  /**
   * The same client with other options. It shares connections, the rate limit and its end with this one.
   *
   * @throws ConfigurationError when an option is wrong.
   */
  withOptions(options: DerivedOptions): Axiomo {
    const { cancel, ...others } = checked(options, DERIVED_OPTIONS, OF_CLIENT);
    const handle = cancel === undefined ? null : handleOf(cancel);
    const number = thread.number();
    const client = made(this.#native.withOptions(number, JSON.stringify(others), handle));
    const derived = new Axiomo(new Derived(client, this.#shared) as ClientOptions);
    thread.know(derived, number, undefined, this.#shared.logger);
    return derived;
  }

  /** Ends its calls, which are rejected with `CancelledError`, and those of the clients that were made from it. */
  close(): void {
    this.#native.close();
  }

  /** The same, at the end of a block. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** For `console.log`: what is no secret. */
  [inspected](): string {
    return `Axiomo { baseUrl: '${this.baseUrl}', hasKey: ${this.hasKey} }`;
  }

  async #finish(signal: AbortSignal | undefined, begin: (bridge: Bridge, number: number) => void): Promise<Analysis> {
    const caller = TELLS_WHO_AWAITS ? undefined : new Error();
    const outcome = await thread.call(begin, checkedSignal(signal));
    if (outcome === ABORTED) throw signal?.reason;
    try {
      return analysisOf(outcome);
    } catch (error) {
      if (error instanceof Error && caller?.stack) error.stack += caller.stack.slice(caller.stack.indexOf('\n'));
      throw error;
    }
  }
}

/** How a client is made from another. */
class Derived {
  constructor(
    readonly client: NativeClient,
    readonly shared: Shared,
  ) {}
}

const { bun, deno, node } = process.versions;
const RUNTIME = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;

/** Where an engine does not, who called is told instead. */
const TELLS_WHO_AWAITS = bun === undefined;

function optionsText(options: object): string | null {
  for (const _ in options) return JSON.stringify(options);
  return null;
}

/** The signal of this realm or of another. */
function checkedSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal !== undefined && typeof signal.addEventListener !== 'function') {
    throw new TypeError(`the signal must be an AbortSignal, not ${shown(signal)}`);
  }
  return signal;
}
