import { resolve } from 'node:path';
import { inspect } from 'node:util';

import { Axiomo } from '../client.js';
import type { ClientOptions } from '../client.js';
import { VirtualClock } from './clock.js';
import type { Controls } from './controls.js';
import { MockServerError } from './controls.js';
import type { ConductedWait, JournalEntry } from './journal.js';
import { Program } from './program.js';

/** How many requests a window has, and how they are counted. */
export interface MockLimits {
  /** Requests a window with a key; 0 for no limit. Default: 60. */
  readonly key?: number;
  /** Requests a window without a key; 0 for no limit. Default: 10. */
  readonly address?: number;
  /** The window's length. Default: 60,000. */
  readonly window_ms?: number;
  /** How requests are counted. Default: `fixed`. */
  readonly limiter?: 'fixed' | 'log' | 'counter' | 'gcra';
}

/** How a mock server is to be. */
export interface MockServerOptions {
  /** Clones that stand for repositories, by the addresses of their pages. */
  readonly repositories?: Readonly<Record<string, string>>;
  /** Those that are not found by anybody's key. */
  readonly privateRepositories?: Readonly<Record<string, string>>;
  /** The limits; the documented ones by default. */
  readonly limits?: MockLimits;
  /**
   * Whether time is one of its own, for the server and its clients: it passes by itself whenever none of them has anything
   * left to do but wait, so that waits of any length take milliseconds. What the program itself sleeps for takes its real
   * time. Default: false.
   */
  readonly virtualTime?: boolean;
  /** The process to be in, which stays when the server is closed; by default one of its own. */
  readonly program?: Program;
}

/** A key of a mock server. What is printed of it holds its name in the server's list, and not what opens it. */
export class MockKey {
  readonly #key: string;

  constructor(
    /** Its name in the server's list, which `revokeKey` takes. */
    readonly id: string,
    key: string,
  ) {
    this.#key = key;
  }

  /** The key itself, which clients take. */
  get key(): string {
    return this.#key;
  }

  [inspect.custom](): string {
    return `MockKey { id: '${this.id}' }`;
  }
}

/** What becomes of requests: see the package's documentation. */
export type MockRule = Readonly<{ on: object; do: readonly unknown[] }>;

/** What a test framework gives a test to be told of its end: node:test's `t`, or vitest's context. */
export interface TestContext {
  after?(end: () => Promise<void>): void;
  onTestFinished?(end: () => Promise<void>): void;
}

interface Opened {
  readonly id: string;
  readonly base_url: string;
  readonly conductor: string | null;
}

/** The process that tests share. */
let shared: Promise<Program> | undefined;

/**
 * A server in the place of the service, with its own address, keys, limits, journal and time. It analyses real pull
 * requests of local git repositories, keeps to limits, and goes wrong where `script` says so.
 */
export class MockServer implements AsyncDisposable {
  /** Where the API is, as clients take it. */
  readonly baseUrl: string;
  readonly #controls: Controls;
  readonly #conductor: string | null;
  readonly #owned: Program | undefined;
  #path: string | undefined;
  #key: Promise<MockKey> | undefined;

  private constructor(opened: Opened, controls: Controls, owned: Program | undefined) {
    this.baseUrl = opened.base_url;
    this.#path = `/sessions/${opened.id}`;
    this.#conductor = opened.conductor;
    this.#controls = controls;
    this.#owned = owned;
  }

  /**
   * Starts one.
   *
   * @throws MockServerError when there is no program of it, or it refuses an option.
   */
  static async start(options: MockServerOptions = {}): Promise<MockServer> {
    const { repositories = {}, privateRepositories = {}, limits = {}, virtualTime = false } = options;
    const mounts = [
      ...Object.entries(repositories).map(([url, path]) => ({ url, path: resolve(path), private: false })),
      ...Object.entries(privateRepositories).map(([url, path]) => ({ url, path: resolve(path), private: true })),
    ];
    const owned = options.program ? undefined : await Program.start();
    const { controls } = options.program ?? (owned as Program);
    try {
      const asked = { limits, real_time: !virtualTime, repositories: mounts };
      const server = new MockServer((await controls.send('POST', '/sessions', asked)) as Opened, controls, owned);
      if (virtualTime) await server.#letTimePass(true);
      return server;
    } catch (problem) {
      await owned?.close();
      throw problem;
    }
  }

  /** Starts one for a test of node:test or vitest, and closes it at the test's end. Tests share one process. */
  static async startFor(context: TestContext, options: MockServerOptions = {}): Promise<MockServer> {
    shared ??= Program.start();
    const server = await MockServer.start({ program: await shared, ...options });
    const end = (): Promise<void> => server.close();
    if (context.after) context.after(end);
    else if (context.onTestFinished) context.onTestFinished(end);
    else throw new TypeError('the context must be that of a test of node:test or vitest');
    return server;
  }

  /** The key that `client` uses, made when it is first asked for. */
  key(): Promise<MockKey> {
    this.#key ??= this.createKey();
    return this.#key;
  }

  /** Makes a key. The keys of one user share a limit. */
  async createKey(name = 'test', user = 'default'): Promise<MockKey> {
    const { id, key } = (await this.#send('POST', '/keys', { name, user })) as { id: string; key: string };
    return new MockKey(id, key);
  }

  /** Revokes a key, from the very next request on. */
  async revokeKey(id: string): Promise<void> {
    await this.#send('DELETE', `/keys/${encodeURIComponent(id)}`);
  }

  /** Sets what becomes of requests and connections from now on, in the place of all that is left of rules before. */
  async script(rules: readonly MockRule[]): Promise<void> {
    await this.#send('PUT', '/script', rules);
  }

  /** The rules with the steps that nothing took yet. Empty, if all went wrong that was to go wrong. */
  async scriptLeft(): Promise<readonly MockRule[]> {
    return ((await this.#send('GET', '/script')) as { rules: MockRule[] }).rules;
  }

  /** What happened, in order, after the entry with a number. */
  async journal(since = 0): Promise<readonly JournalEntry[]> {
    return ((await this.#send('GET', `/journal?since=${since}`)) as { entries: JournalEntry[] }).entries;
  }

  /** The requests in the journal. */
  async requests(): Promise<readonly JournalEntry[]> {
    return (await this.journal()).filter((entry) => entry.event === 'request');
  }

  /**
   * Waits until so many entries hold all these members with these values, and gives all that do.
   *
   * @throws NotSeenError when they do not come within `timeoutMs` of real time.
   */
  async awaitJournal(
    match: Readonly<Record<string, unknown>>,
    { count = 1, timeoutMs = 5_000 }: { readonly count?: number; readonly timeoutMs?: number } = {},
  ): Promise<readonly JournalEntry[]> {
    const awaited = { match, count, timeout_ms: timeoutMs };
    const answer = await this.#send('POST', '/journal/await', awaited, timeoutMs + 60_000);
    return (answer as { entries: JournalEntry[] }).entries;
  }

  /** Forgets what happened. Numbers go on. */
  async clearJournal(): Promise<void> {
    await this.#send('DELETE', '/journal');
  }

  /** Changes the limits from the next request on. What is not named is as documented. */
  async setLimits(limits: MockLimits): Promise<void> {
    await this.#send('PUT', '/limits', limits);
  }

  /** What the server knows, without what is secret: keys, scans, limits, what is left of the script, the time. */
  async snapshot(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.#send('GET', '/snapshot')) as Record<string, unknown>;
  }

  /**
   * How many seconds of virtual time have passed. Seconds as in every language, where a `VirtualClock` tells
   * milliseconds.
   */
  async elapsed(): Promise<number> {
    return (await this.#time()).now_ms / 1000;
  }

  /** Every wait that clients began so far, in virtual time. */
  async waits(): Promise<readonly ConductedWait[]> {
    return (await this.#time()).waits;
  }

  /**
   * Lets so many seconds of virtual time pass: whatever is due on the way happens when it is due. Seconds as in every
   * language, where a `VirtualClock` takes milliseconds.
   */
  async advance(seconds: number): Promise<void> {
    const wasRunning = (await this.#time()).is_running;
    if (wasRunning) await this.#letTimePass(false);
    // Moment by moment this takes longer than any single answer.
    await this.#send('POST', '/clock', { advance_ms: Math.round(seconds * 1000) }, 600_000);
    if (wasRunning) await this.#letTimePass(true);
  }

  /** Holds virtual time: it passes only by `advance`. */
  async holdTime(): Promise<void> {
    await this.#letTimePass(false);
  }

  /** Lets virtual time pass by itself again. */
  async releaseTime(): Promise<void> {
    await this.#letTimePass(true);
  }

  /** A new clock for one client; null where time is the machine's. */
  clock(): VirtualClock | null {
    return this.#conductor === null ? null : VirtualClock.conducted(this.#conductor);
  }

  /** A client of this server, with a key of it and its time, unless the options say otherwise. */
  async client(options: ClientOptions = {}): Promise<Axiomo> {
    const clock = options.clock ?? this.clock();
    const isGiven = options.apiKey !== undefined || options.anonymous === true;
    return new Axiomo({
      baseUrl: this.baseUrl,
      ...(isGiven ? {} : { apiKey: (await this.key()).key }),
      ...(clock ? { clock } : {}),
      ...options,
    });
  }

  /** Ends it. Closing it again does nothing. */
  async close(): Promise<void> {
    const path = this.#path;
    this.#path = undefined;
    try {
      if (path !== undefined) await this.#controls.send('DELETE', path);
    } finally {
      await this.#owned?.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #time(): Promise<{ now_ms: number; is_running: boolean; waits: ConductedWait[] }> {
    return (await this.#send('GET', '/clock')) as { now_ms: number; is_running: boolean; waits: ConductedWait[] };
  }

  async #letTimePass(run: boolean): Promise<void> {
    await this.#send('POST', '/clock', { run });
  }

  async #send(method: string, path: string, body?: unknown, timeoutMs?: number): Promise<unknown> {
    if (this.#path === undefined) throw new MockServerError('this mock server is closed', 'closed');
    return this.#controls.send(method, `${this.#path}${path}`, body, timeoutMs);
  }
}
