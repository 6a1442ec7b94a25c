import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import * as imported from 'axiomo';
import * as importedTesting from 'axiomo/testing';
import { rejection, run } from './support.mjs';

const require = createRequire(import.meta.url);
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** A folder with these files of the package and no others. */
function copied(t, files) {
  // Beside the tests: for a file without any `node_modules` above it, Bun would install what is not there.
  const folder = mkdtempSync(join(PACKAGE, 'tests', 'written-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'dist'));
  for (const file of ['package.json', ...files]) copyFileSync(join(PACKAGE, file), join(folder, file));
  return folder;
}

/** What a name of the package stands for: as in the runtimes, the first condition that holds decides. */
function resolved(entry, conditions) {
  if (typeof entry === 'string') return entry;
  const held = Object.keys(entry).filter((condition) => condition === 'default' || conditions.includes(condition));
  return held.map((condition) => resolved(entry[condition], conditions)).find((path) => path !== undefined);
}

test('what is imported and what is required are the same things', () => {
  for (const [name, module] of [['axiomo', imported], ['axiomo/testing', importedTesting]]) {
    const required = require(name);
    const names = (of) => Object.keys(of).filter((key) => key !== 'default' && key !== 'module.exports' && key !== '__esModule').sort();
    assert.deepEqual(names(module), names(required));
    for (const key of names(required)) assert.equal(module[key], required[key], key);
  }
});

test('only what is public is there', () => {
  const names = Object.keys(imported).filter((name) => !/^(default|module\.exports|__esModule)$/.test(name));
  assert.deepEqual(names.sort(), [
    'Analysis', 'AuthenticationError', 'Axiomo', 'AxiomoError', 'Batch', 'BatchItem', 'CancelHandle', 'CancelledError',
    'ConfigurationError', 'ConnectionError', 'DecodeError', 'EFFORTS', 'InvalidRequestError', 'NotFoundError',
    'PermissionDeniedError', 'REVIEW_ACTIONS', 'RISK_LEVELS', 'RateLimitError', 'RateLimiter', 'ResponseMeta', 'STALENESSES',
    'ServerError', 'TRUST_LEVELS', 'TimeoutError', 'verifyWebhook',
  ].sort());
});

test('importing takes no test kit along', async (t) => {
  const modules = ['dist/index.mjs', 'dist/index.js'];
  for (const module of modules) assert.doesNotMatch(readFileSync(join(PACKAGE, module), 'utf8'), /MockServer/, module);
  // Where the kit's own module is missing, nothing works that loads it.
  const native = readdirSync(PACKAGE).filter((name) => name.endsWith('.node'));
  const folder = copied(t, [...modules, ...native]);
  const program = `import { createRequire } from 'node:module';
    const [url] = process.argv.slice(-1);
    const { Axiomo } = await import(url);
    console.log(Axiomo === createRequire(url)('./index.js').Axiomo);`;
  const url = pathToFileURL(join(folder, 'dist/index.mjs')).href;
  assert.deepEqual(await run(program, url), { out: 'true\n', error: '', code: 0 });
});

test('the native part is loaded by whoever needs it first, who is told every place where it may be', async (t) => {
  const folder = copied(t, ['dist/index.js']);
  const { Axiomo, RISK_LEVELS } = require(join(folder, 'dist/index.js'));
  assert.ok(RISK_LEVELS.includes('high'));
  const error = await rejection((async () => new Axiomo({ apiKey: 'ax_key' }))());
  const [first, ...places] = error.message.split('\n').slice(0, -1);
  assert.match(first, /could not be loaded on \w+ \w+; tried:$/);
  assert.ok(places.length >= 2 && places.length % 2 === 0, error.message);
  const machine = `${process.platform}-${process.arch}`;
  places.forEach((place, index) => {
    const start = index % 2 === 0 ? `- ${join(folder, `axiomo.${machine}`)}` : `- @axiomo/${machine}`;
    assert.ok(place.startsWith(start), place);
    if (index % 2 === 0) assert.match(place, /\.node: there is no such file$/);
  });
  assert.equal(error.cause.errors.length, places.length);
});

test('a runtime without native modules is told what to do, however it looks the package up', async () => {
  const { exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const found = new Set();
  for (const name of ['.', './testing']) {
    for (const kind of ['import', 'require']) {
      assert.match(resolved(exports[name], ['node', kind]), /\/(index|testing)\.m?js$/);
      for (const condition of ['workerd', 'edge-light', 'browser']) found.add(resolved(exports[name], [condition, kind]));
    }
  }
  assert.deepEqual([...found], ['./dist/edge.mjs']);
  const [path] = found;
  const error = await rejection(import(pathToFileURL(join(PACKAGE, path)).href));
  assert.match(error.message, /^axiomo is a native module, .* Node, Bun and Deno\. Ask the HTTP API instead: https:/);
});
