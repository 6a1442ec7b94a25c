import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import * as imported from 'axiomo';
import * as importedTesting from 'axiomo/testing';
import { run } from './support.mjs';

const require = createRequire(import.meta.url);

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

test('importing takes no test kit along', async () => {
  const program = `import { createRequire } from 'node:module';
    import 'axiomo';
    const loaded = Object.keys(createRequire(import.meta.url).cache ?? {});
    console.log(loaded.some((path) => path.includes('testing/server')));`;
  assert.match((await run(program)).out, /^(false)?\n?$/);
});
