import type { Channel } from 'node:diagnostics_channel';

import { shown } from './check.js';
import { Kind, native } from './native.js';
import type { Arrival, Bridge } from './native.js';

/** What the client tells while it works. */
export interface ClientEvent {
  /** What happened: `request`, `wait`, `retry`, `rate_limit`, and others in time. */
  readonly event: string;
  /** How important it is. */
  readonly level: 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** What it tells, by name: times in milliseconds, counts, statuses, ids. Never a key, a token or an address. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** Takes events. `console` is one, and so are the loggers of most frameworks. */
export interface Logger {
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Gives a key. */
export type KeyProvider = () => string | Promise<string>;

/** A batch, as far as it is asked for items. */
export interface Fed {
  feed(): void;
}

/** What a call that was aborted ends with. */
export const ABORTED = Symbol('aborted');

let opened: Channel | undefined;

/** Where everybody can listen. Opened by the first client. */
function channel(): Channel {
  return (opened ??= (require('node:diagnostics_channel') as typeof import('node:diagnostics_channel')).channel('axiomo'));
}

/**
 * Everything that goes on between this thread of JavaScript's and the client's. Results come many at a time. Promises of
 * its own are never rejected.
 */
class Thread {
  readonly #pending = new Map<number, (outcome: Arrival | typeof ABORTED) => void>();
  readonly #batches = new Map<number, WeakRef<Fed>>();
  readonly #providers = new Map<number, KeyProvider>();
  readonly #loggers = new Map<number, Logger>();
  readonly #forgotten = new FinalizationRegistry<number>((number) => this.forget(number));
  #calls = 0;
  #others = 0;
  #isHeard = false;
  #bridge: Bridge | undefined;

  get bridge(): Bridge {
    this.#bridge ??= new (native().Bridge)((arrivals) => this.#settle(arrivals));
    return this.#bridge;
  }

  /** A number for a client or a batch. */
  number(): number {
    return ++this.#others;
  }

  /** Knows a client's function and logger by its number, until the client is forgotten. */
  know(client: object, number: number, provider: KeyProvider | undefined, logger: Logger | undefined): void {
    if (provider) this.#providers.set(number, provider);
    if (logger) this.#loggers.set(number, logger);
    if (provider ?? logger) this.#forgotten.register(client, number);
    this.#listen();
  }

  forget(number: number): void {
    this.#providers.delete(number);
    this.#loggers.delete(number);
    this.#listen();
  }

  feeds(number: number, batch: Fed): void {
    this.#batches.set(number, new WeakRef(batch));
  }

  endBatch(number: number): void {
    this.#batches.delete(number);
  }

  /**
   * Makes a call. What comes of it is not thrown here, so that an error can be made where the caller waits, and its
   * stack leads there.
   */
  call(
    begin: (bridge: Bridge, number: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<Arrival | typeof ABORTED> {
    if (signal?.aborted) return Promise.resolve(ABORTED);
    if (channel().hasSubscribers !== this.#isHeard) this.#listen();
    const { bridge } = this;
    return new Promise((resolve) => {
      const number = ++this.#calls % 0x1_0000_0000;
      // First, since nothing comes of it before this returns, and nothing is to be kept of what cannot begin.
      begin(bridge, number);
      let settle = resolve;
      if (signal) {
        const abort = (): void => {
          this.#take(number);
          bridge.abort(number);
          resolve(ABORTED);
        };
        signal.addEventListener('abort', abort, { once: true });
        settle = (outcome) => {
          signal.removeEventListener('abort', abort);
          resolve(outcome);
        };
      }
      this.#pending.set(number, settle);
      if (this.#pending.size === 1) bridge.keep(true);
    });
  }

  #take(number: number): ((outcome: Arrival) => void) | undefined {
    const settle = this.#pending.get(number);
    if (settle && this.#pending.delete(number) && this.#pending.size === 0) this.bridge.keep(false);
    return settle;
  }

  #settle(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) {
      const [kind, number, first] = arrival;
      if (kind === Kind.Events) this.#tell();
      else if (kind === Kind.Feed) this.#batches.get(number)?.deref()?.feed();
      else if (kind === Kind.Key) void this.#giveKey(number, first);
      else this.#take(number)?.(arrival);
    }
  }

  async #giveKey(client: number, question: number): Promise<void> {
    let key: unknown;
    try {
      key = await this.#providers.get(client)?.();
    } catch (problem) {
      // Its text may hold the key.
      const name = problem instanceof Error ? problem.name : typeof problem;
      this.bridge.giveKey(question, null, `the function that gives the key threw ${name}`);
      return;
    }
    if (typeof key === 'string') this.bridge.giveKey(question, key, null);
    else this.bridge.giveKey(question, null, `the function that gives the key gave ${shown(key)}; expected a string`);
  }

  #listen(): void {
    this.#isHeard = channel().hasSubscribers;
    const isWanted = this.#isHeard || this.#loggers.size > 0;
    if (this.#bridge || isWanted) this.bridge.want(isWanted ? 'trace' : null);
  }

  #tell(): void {
    for (const told of JSON.parse(this.bridge.events()) as (ClientEvent & { client: number })[]) {
      const { client, ...event } = told;
      channel().publish(event);
      const level = event.level === 'trace' ? 'debug' : event.level;
      for (const logger of this.#loggersOf(client)) {
        try {
          logger[level](`axiomo ${event.event}`, event.fields);
        } catch (problem) {
          // It must not keep results from those who wait for them.
          process.emitWarning(`a logger threw: ${String(problem)}`, 'AxiomoWarning');
        }
      }
    }
  }

  #loggersOf(client: number): Iterable<Logger> {
    // Events that were left out may have been of any client's; clients may have one logger together.
    if (client === 0) return new Set(this.#loggers.values());
    const logger = this.#loggers.get(client);
    return logger === undefined ? [] : [logger];
  }
}

export const thread = new Thread();
