import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const { bun, deno } = process.versions;

/** Runs a program as a module of its own, in the runtime of the tests, until it ends or is too late. */
export function run(program, ...words) {
  const { variables } = typeof words[0] === 'object' ? words.shift() : {};
  const flags = deno ? ['run', '--allow-all', '--ext=mjs', '-'] : bun ? ['run', '-'] : ['--input-type=module', '-'];
  return start([...flags, ...words], program, variables);
}

/** Runs a program that is a file of tests, as the tests of this runtime are run. */
export async function runTests(program, { variables }) {
  const path = fileURLToPath(new URL(`./written-${process.pid}.test.mjs`, import.meta.url));
  const flags = deno ? ['test', '--allow-all', '--no-check'] : bun ? ['test'] : ['--test'];
  writeFileSync(path, program);
  try {
    return await start([...flags, path], '', variables);
  } finally {
    rmSync(path);
  }
}

function start(command, input, variables = {}) {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  // Otherwise Node's runner takes the program for a part of the test.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, ...variables };
  const child = spawn(process.execPath, command, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
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
