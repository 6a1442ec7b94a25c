import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { MockServer } from 'axiomo/testing';

export const URL_OF_ONE = 'https://github.com/example/ledger/pull/1';
/** The answer to an analysis, written by hand. */
export const TEXT = readFileSync(new URL('../../benches/data/analysis.json', import.meta.url), 'utf8').trim();
export const ANSWER = { respond: { status: 200, json: JSON.parse(TEXT) } };
export const STALL = { wire: { end: { after: 'nothing', by: 'stall' } } };

export function respond(status, headers = {}, json = {}) {
  return { respond: { status, headers, json } };
}

/** A server for a test, which does this with the requests to come. */
export async function serve(t, steps = [], options = {}) {
  const server = await MockServer.startFor(t, options);
  if (steps.length > 0) await server.script([{ on: {}, do: steps }]);
  return server;
}

/** What a promise is rejected with. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not rejected');
}

/** Runs a program of these words as a module of its own, in the runtime of the tests, until it ends or is too late. */
export function run(program, ...words) {
  const flags = process.versions.deno ? ['run', '--allow-all', '--ext=mjs', '-'] : process.versions.bun ? ['run', '-'] : ['--input-type=module', '-', ...words];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const command = process.versions.bun || process.versions.deno ? [...flags, ...words] : flags;
  const child = spawn(process.execPath, command, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(program);
  const ended = { out: '', error: '', code: null };
  child.stdout.on('data', (data) => (ended.out += data));
  child.stderr.on('data', (data) => (ended.error += data));
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ ...ended, code: code ?? signal });
    });
  });
}
