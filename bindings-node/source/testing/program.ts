import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { Controls, MockServerError } from './controls.js';

const NAME = 'axiomo-mock-server';
const VARIABLE = 'AXIOMO_MOCK_SERVER';

type Child = ChildProcessByStdio<Writable, Readable, null>;

/**
 * A process of `axiomo-mock-server`, which holds any number of mock servers. It ends with `close()`, and with the process
 * that started it, which it does not keep from ending.
 *
 * The program is what the variable `AXIOMO_MOCK_SERVER` names, else the one of the installed package
 * `axiomo-mock-server`, else the one on `PATH`.
 */
export class Program implements AsyncDisposable {
  readonly #child: Child;
  /** Where it is told what to do. */
  readonly controls: Controls;
  /** Its version. */
  readonly version: string;

  private constructor(child: Child, controls: Controls, version: string) {
    this.#child = child;
    this.controls = controls;
    this.version = version;
  }

  /**
   * Starts it.
   *
   * @throws MockServerError when there is no such program, or it does not start.
   */
  static async start(): Promise<Program> {
    const path = find();
    const env = { ...process.env };
    delete env['AXIOMO_MANAGEMENT_TOKEN'];
    // It ends when its input does, which is when this process ends, however it ends.
    const child = spawn(path, ['--port', '0', '--admin', '--until-stdin-ends'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const line = await firstLine(child, path);
    try {
      const first = JSON.parse(line) as { version: string; admin_url: string; admin_token: string };
      const program = new Program(child, new Controls(first.admin_url, first.admin_token), first.version);
      release(child);
      return program;
    } catch {
      child.kill();
      throw new MockServerError(`${path} did not start: it was to print its address as JSON and printed ${line || 'nothing'}`, 'not_started');
    }
  }

  /** Ends it, and every mock server in it. Closing it again does nothing. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.ref();
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** It does not keep this process from ending. */
function release(child: Child): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref?(): void }).unref?.();
}

async function firstLine(child: Child, path: string): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new MockServerError(`${path} cannot be started`, 'not_started', { cause }));
    });
    lines.once('line', resolve);
    lines.once('close', () => {
      resolve('');
    });
  });
}

function find(): string {
  const named = process.env[VARIABLE];
  if (named) return named;
  let reason: unknown;
  for (const base of [__filename, `${process.cwd()}/`]) {
    try {
      return (createRequire(base)(NAME) as { path(): string }).path();
    } catch (problem) {
      reason = problem;
    }
  }
  const found = onPath();
  if (found !== undefined) return found;
  const message = `there is no ${NAME}: \`npm install --save-dev ${NAME}\`, or let ${VARIABLE} name the program`;
  throw new MockServerError(message, 'not_found', { cause: reason });
}

function onPath(): string | undefined {
  const name = process.platform === 'win32' ? `${NAME}.exe` : NAME;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
