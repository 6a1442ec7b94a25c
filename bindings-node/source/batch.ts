import type { InspectOptions } from 'node:util';

import { analysisOf } from './analysis.js';
import type { Analysis } from './analysis.js';
import type { ScanOptions } from './client.js';
import { AxiomoError } from './errors.js';
import { inspected } from './inspection.js';
import type { Inspect } from './inspection.js';
import { Kind } from './native.js';
import type { NativeBatch } from './native.js';
import { NO_JSON, requestText } from './request.js';
import type { RequestText } from './request.js';
import { ABORTED, thread } from './thread.js';

/** How a batch is to be done, and how it can be ended. */
export interface BatchOptions extends ScanOptions {
  /** Whether results come in the order of the items. Default: false, as they are done. */
  readonly ordered?: boolean | undefined;
  /** How many items may be under way at once. Default: by the rate limit and how long an analysis takes. */
  readonly concurrency?: number | undefined;
  /** How long the whole batch may take; what is not done by then fails with `timeout`. Default: no limit. */
  readonly deadlineMs?: number | undefined;
}

/** How far a batch is. */
export interface BatchProgress {
  /** Items whose result was taken, failed ones included. */
  readonly done: number;
  /** Those of them that failed. */
  readonly failed: number;
  /** Items whose result was not taken yet; where the source does not say how many are left, at least so many. */
  readonly waiting: number;
  /** How long the rest takes about, by the quota and the mean time of an analysis; null where that is not known. */
  readonly etaMs: number | null;
}

/** One item of a batch and what came of it: an analysis, an error, or that it repeats another. */
export class BatchItem<T> {
  /** Made by a batch. */
  constructor(
    /** Its place among the items, from 0. */
    readonly index: number,
    /** The item as it was given. */
    readonly input: T,
    /** What the service made of it; null where there is an error, or the item repeats another. */
    readonly analysis: Analysis | null,
    /** Why there is no analysis. */
    readonly error: AxiomoError | null,
    /** The index of an item before that asked for the same, whose result is this one's as well. */
    readonly repeats: number | null,
  ) {}

  /**
   * The analysis.
   *
   * @throws AxiomoError where there is one instead; RangeError where the item repeats another, which it names.
   */
  result(): Analysis {
    if (this.analysis) return this.analysis;
    if (this.error) throw this.error;
    throw new RangeError(`item ${this.index} asks for the same as item ${this.repeats}; take the result of that one`);
  }

  /** All of it but the provider's token that the input may hold. */
  toJSON(): unknown {
    const { index, input, analysis, error, repeats } = this;
    return { index, input: withoutToken(input), analysis, error, repeats };
  }

  /** For `console.log`: the same. */
  [inspected](_depth: number, options: InspectOptions, inspect: Inspect): string {
    return `BatchItem ${inspect(this.toJSON(), options)}`;
  }
}

function withoutToken(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('access_token' in input)) return input;
  const { access_token: _, ...others } = input;
  return others;
}

/** An item as the native part takes it; where it cannot, what it is, so that one bad item ends no batch. */
function prepared(item: unknown): RequestText | string {
  try {
    return requestText(item);
  } catch {
    // What was thrown may hold what the item does.
    return NO_JSON;
  }
}

/** Analyses of many pull requests. It ends what is under way when it is left before its end. */
export class Batch<T> implements AsyncIterableIterator<BatchItem<T>> {
  readonly #native: NativeBatch;
  readonly #number = thread.number();
  readonly #signal: AbortSignal | undefined;
  /** Items whose result was not taken yet. */
  readonly #inputs = new Map<number, T>();
  readonly #source: Iterator<T> | AsyncIterator<T>;
  readonly #isAsync: boolean;
  readonly #fed = {
    feed: (): void => {
      this.#feed();
    },
  };
  #given = 0;
  /** Whether the source was asked for an item that is not there yet. */
  #isAsked = false;
  #isOver = false;
  /** What the source threw, which ends the batch. */
  #failure: { readonly problem: unknown } | undefined;

  /** Made by a client. */
  constructor(batch: NativeBatch, items: Iterable<T> | AsyncIterable<T>, signal: AbortSignal | undefined) {
    this.#native = batch;
    this.#signal = signal;
    this.#isAsync = Symbol.asyncIterator in items;
    this.#source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    thread.feeds(this.#number, this.#fed);
  }

  /** How far it is. */
  progress(): BatchProgress {
    return JSON.parse(this.#native.progress()) as BatchProgress;
  }

  /**
   * The next result.
   *
   * @throws What the source of the items threw; the signal's reason when it is aborted.
   */
  async next(): Promise<IteratorResult<BatchItem<T>, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    const outcome = await thread.call((bridge, number) => {
      this.#native.next(bridge, number, this.#number);
    }, this.#signal);
    if (outcome === ABORTED) {
      // The caller is told the reason at once, whatever becomes of the source.
      if (!this.#isOver) this.#leave().catch(() => {});
      throw this.#signal?.reason;
    }
    // It was left meanwhile.
    if (this.#isOver) return { done: true, value: undefined };
    const [kind, , index, repeats] = outcome;
    if (kind === Kind.Ended) {
      this.#end();
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure) throw failure.problem;
      return { done: true, value: undefined };
    }
    const input = this.#inputs.get(index) as T;
    this.#inputs.delete(index);
    if (kind === Kind.Repeated) return { done: false, value: new BatchItem(index, input, null, null, repeats) };
    try {
      return { done: false, value: new BatchItem(index, input, analysisOf(outcome), null, null) };
    } catch (error) {
      if (!(error instanceof AxiomoError)) throw error;
      return { done: false, value: new BatchItem(index, input, null, error, null) };
    }
  }

  /**
   * Ends what is under way, and the source. The source is waited for, unless it was asked for an item that is not there yet:
   * a generator ends no earlier than that item comes, which may be never.
   */
  async return(): Promise<IteratorResult<BatchItem<T>, undefined>> {
    if (!this.#isOver) {
      const isAsked = this.#isAsked;
      const left = this.#leave();
      if (isAsked) left.catch(() => {});
      else await left;
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #leave(): Promise<void> {
    this.#end();
    this.#native.close();
    // Whoever still waits for a result would otherwise wait for an item that nobody gives any more.
    this.#native.end();
    await this.#source.return?.();
  }

  #end(): void {
    this.#isOver = true;
    this.#inputs.clear();
    thread.endBatch(this.#number);
  }

  #feed(): void {
    try {
      const next = this.#source.next();
      if (this.#isAsync) void this.#await(next as Promise<IteratorResult<T>>);
      else this.#take(next as IteratorResult<T>);
    } catch (problem) {
      this.#fail(problem);
    }
  }

  async #await(next: Promise<IteratorResult<T>>): Promise<void> {
    this.#isAsked = true;
    let isThere = false;
    // Unless it is there at once, the source waits for something itself.
    setImmediate(() => {
      if (!isThere) this.#native.wait();
    });
    try {
      const result = await next;
      isThere = true;
      this.#isAsked = false;
      this.#take(result);
    } catch (problem) {
      isThere = true;
      this.#isAsked = false;
      this.#fail(problem);
    }
  }

  #take(result: IteratorResult<T>): void {
    // It came after the batch was left.
    if (this.#isOver) return;
    if (result.done) {
      this.#native.end();
      return;
    }
    const request = prepared(result.value);
    this.#inputs.set(this.#given++, result.value);
    if (typeof request === 'string') this.#native.pushOther(request);
    else this.#native.push(request.text, request.isAddress);
  }

  #fail(problem: unknown): void {
    this.#failure = { problem };
    this.#native.end();
  }
}
