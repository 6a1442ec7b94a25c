import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AuthenticationError, Axiomo, CancelHandle, CancelledError, ConfigurationError, RateLimitError, RateLimiter } from 'axiomo';
import { ANSWER, STALL, TEXT, URL_OF_ONE, rejection, respond, serve } from './support.mjs';

test('an analysis comes typed, with its text and how it was obtained', async (t) => {
  const server = await serve(t, [ANSWER]);
  const client = await server.client();
  const analysis = await client.analyze(URL_OF_ONE);
  const { signal, meta } = analysis;
  assert.equal(signal.risk.level, 'high');
  assert.deepEqual(JSON.parse(analysis.raw), JSON.parse(TEXT));
  assert.deepEqual(JSON.parse(JSON.stringify(analysis)), JSON.parse(TEXT));
  assert.equal(analysis.signal, signal);
  assert.deepEqual([meta.status, meta.attempts.length, meta.attempts[0].number, meta.decodeWarnings], [200, 1, 1, []]);
  await server.script([]);
  assert.equal(client.rateLimit(), null);
  const { rateLimit } = await rejection(client.scan('x'));
  assert.ok(rateLimit.resetAt instanceof Date && rateLimit.remaining === 59);
  assert.deepEqual(client.rateLimit(), rateLimit);
});

test('what is to be analysed is an address, a URL, or the members of a request', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER, ANSWER, ANSWER]);
  const client = await server.client();
  await client.analyze(URL_OF_ONE);
  await client.analyze(new URL(URL_OF_ONE));
  await client.analyze({ provider: 'github', owner: 'example', repo: 'ledger', pr_number: 1 });
  await client.analyze(URL_OF_ONE, { accessToken: 'secret-token' });
  const bodies = (await server.requests()).map((request) => JSON.parse(request.body));
  assert.deepEqual(bodies[0], bodies[1]);
  assert.equal(bodies[2].url ?? URL_OF_ONE, URL_OF_ONE);
  assert.equal(bodies[3].access_token, 'secret-token');
});

test('a scan is asked for by its id, which is escaped', async (t) => {
  const server = await serve(t, [ANSWER]);
  await (await server.client()).scan('a/b ?');
  assert.equal((await server.requests())[0].target, '/api/scans/a%2Fb%20%3F');
});

test('options that there are not, or of another type, are refused before anything is sent', async (t) => {
  const server = await serve(t);
  const client = await server.client();
  const cases = [
    [client.scan('x', { timeout: 5 }), TypeError, /no `timeout`; did you mean `timeoutMs`\?/],
    [client.scan('x', { timeoutMs: '5' }), TypeError, /`timeoutMs` must be number, not string/],
    [client.scan('x', { timeoutMs: null }), TypeError, /not null/],
    [client.scan('x', { timeoutMs: NaN }), TypeError, /a call: `timeoutMs` must be a finite number, not NaN/],
    [client.analyze(URL_OF_ONE, { maxRetries: Infinity }), TypeError, /`maxRetries` must be a finite number, not Infinity/],
    [client.scan('x', 5), TypeError, /must be an object, not number/],
    [client.scan('x', { signal: {} }), TypeError, /AbortSignal/],
    [client.scan(5), TypeError, /must be a string, not number/],
    [client.analyze(5), TypeError, /an address or an AnalyzeRequest, not number/],
    [client.scan('x', { timeoutMs: -1 }), ConfigurationError, /timeoutMs is -1/],
    [client.scan('x', { maxRetries: 1.5 }), ConfigurationError, /maxRetries is 1.5; expected a whole number/],
  ];
  for (const [call, kind, message] of cases) {
    const error = await rejection(call);
    assert.ok(error instanceof kind && message.test(error.message), String(error));
  }
  assert.throws(() => new Axiomo({ timeout: 5 }), TypeError);
  assert.throws(() => new Axiomo({ baseUrl: 'nonsense' }), ConfigurationError);
  assert.throws(() => new Axiomo({ baseUrl: 'http://example.com' }), /allowInsecureHttp/);
  assert.throws(() => new Axiomo({ apiKey: 'ax_key', anonymous: true }), ConfigurationError);
  assert.throws(() => new Axiomo({ rateLimiter: {} }), TypeError);
  assert.throws(() => client.withOptions({ maxRetries: -1 }), ConfigurationError);
  assert.throws(() => client.analyzeMany([], { concurrency: 0.5 }), ConfigurationError);
  const unbounded = [
    [() => new Axiomo({ connectTimeoutMs: NaN }), /a client: `connectTimeoutMs` .* not NaN/],
    [() => client.withOptions({ maxWaitMs: -Infinity }), /a client: `maxWaitMs` .* not -Infinity/],
    [() => client.analyzeMany([], { deadlineMs: NaN }), /a batch: `deadlineMs` .* not NaN/],
    [() => new RateLimiter({ limit: Infinity }), /a rate limiter: `limit` .* not Infinity/],
  ];
  for (const [make, message] of unbounded) {
    assert.throws(make, (error) => error instanceof TypeError && message.test(error.message));
  }
  assert.deepEqual(await server.requests(), []);
});

test('a header or a certificate that is no text is named, without its value', async (t) => {
  const server = await serve(t, [ANSWER]);
  await (await server.client({ defaultHeaders: { 'x-team': 'reviews' } })).scan('x');
  const [{ headers }] = await server.requests();
  assert.equal(headers.find(([name]) => name === 'x-team')[1], 'reviews');

  const pem = Buffer.from('canary');
  const cases = [
    [{ defaultHeaders: { 'x-team': 5 } }, /: `x-team` of `defaultHeaders` must be a string, not number$/],
    [{ defaultHeaders: { 'x-team': ['canary'] } }, /: `x-team` of `defaultHeaders` must be a string, not an array$/],
    [{ defaultHeaders: { 'x-team': undefined } }, /: `x-team` of `defaultHeaders` must be a string, not undefined$/],
    [{ clientCertificate: { chain: pem, key: 'canary' } }, /: `chain` of `clientCertificate` .* not bytes; .* read the file as utf8$/],
    [{ clientCertificate: { chain: 'canary', key: pem } }, /: `key` of `clientCertificate` .* not bytes; .* read the file as utf8$/],
    [{ clientCertificate: { chain: 'canary' } }, /: `key` of `clientCertificate` must be a string, not undefined$/],
    [{ rootCertificate: pem }, /: `rootCertificate` must be string, not bytes; .* read the file as utf8$/],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => new Axiomo({ anonymous: true, ...options }), (error) => {
      assert.ok(error instanceof TypeError && message.test(error.message), String(error));
      return !error.message.includes('canary');
    });
  }
});

test('a client made from another has other options, the same rate limit and the same end', async (t) => {
  const server = await serve(t, [respond(503), STALL]);
  const client = await server.client();
  const other = client.withOptions({ maxRetries: 0 });
  assert.equal((await rejection(other.scan('x'))).attempts.length, 1);
  assert.equal(other.rateLimiter.snapshot().own, client.rateLimiter.snapshot().own);
  const call = rejection(other.scan('x'));
  await server.awaitJournal({ event: 'request' }, { count: 2 });
  client.close();
  assert.ok((await call) instanceof CancelledError);
  await server.awaitJournal({ event: 'gone' });
  for (const refused of [client.scan('x'), other.scan('x'), client.analyze(URL_OF_ONE)].map(rejection)) {
    const error = await refused;
    assert.ok(error instanceof ConfigurationError && /was closed/.test(error.message), String(error));
    assert.deepEqual([error.local, error.sent, error.attempts], [true, 'no', []]);
  }
  for (const closed of [client, other]) {
    assert.throws(() => closed.analyzeMany([]), /was closed/);
    assert.throws(() => closed.withOptions({ maxRetries: 0 }), /was closed/);
  }
  assert.equal((await server.requests()).length, 2);
  await client[Symbol.asyncDispose]();
});

test('a handle of a client cancels all its calls, beside the handles that they have themselves', async (t) => {
  const server = await serve(t, [STALL, STALL, STALL, STALL]);
  const client = await server.client({ pacing: 'off' });
  const [cancel, own] = [new CancelHandle(), new CancelHandle()];
  const other = client.withOptions({ cancel });
  const calls = [other.scan('x', { cancel: own }), other.scan('x')].map(rejection);
  const next = other.analyzeMany([URL_OF_ONE]).next();
  const kept = rejection(client.scan('x'));
  await server.awaitJournal({ event: 'request' }, { count: 4 });
  own.cancel();
  assert.ok((await calls[0]) instanceof CancelledError);
  await server.awaitJournal({ event: 'gone' });
  cancel.cancel();
  assert.ok((await calls[1]) instanceof CancelledError);
  assert.ok((await next).value.error instanceof CancelledError);
  await server.awaitJournal({ event: 'gone' }, { count: 3 });
  const later = await rejection(other.withOptions({ maxRetries: 0 }).scan('x'));
  assert.ok(later instanceof CancelledError && later.sent === 'no', String(later));
  assert.equal((await server.requests()).length, 4);
  client.close();
  assert.ok((await kept) instanceof CancelledError);
  assert.throws(() => client.withOptions({ cancel: {} }), /the handle must be a CancelHandle/);
});

test('a key comes from a function, which may take its time, and whose errors stay its own', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const { key } = await server.key();
  const asked = await server.client({ apiKey: async () => key });
  await asked.scan('x');
  const [request] = await server.requests();
  assert.deepEqual(request.headers.find(([name]) => name === 'authorization')[1], `Bearer ${key}`);
  const cases = [
    [() => { throw new RangeError(key); }, 'the function that gives the key threw RangeError'],
    [() => undefined, 'the function that gives the key gave undefined; expected a string'],
    [async () => null, 'the function that gives the key gave null; expected a string'],
    [async () => 5, 'the function that gives the key gave number; expected a string'],
    [() => Buffer.from(key), 'the function that gives the key gave bytes; expected a string'],
    [() => '', 'it is empty'],
  ];
  for (const [wrong, says] of cases) {
    const error = await rejection((await server.client({ apiKey: wrong })).scan('x'));
    assert.ok(error instanceof ConfigurationError && error.message.includes(says), String(error));
    assert.ok(!error.message.includes(key), error.message);
  }
});

test('a revoked key is an authentication error', async (t) => {
  const server = await serve(t);
  const key = await server.createKey();
  await server.revokeKey(key.id);
  assert.ok((await rejection((await server.client({ apiKey: key.key })).scan('x'))) instanceof AuthenticationError);
});

test('a handle cancels calls, which tell what they tried', async (t) => {
  const server = await serve(t, [STALL]);
  const client = await server.client();
  const cancel = new CancelHandle();
  const call = rejection(client.scan('x', { cancel }));
  await server.awaitJournal({ event: 'request' });
  cancel.cancel();
  const error = await call;
  assert.ok(error instanceof CancelledError && cancel.isCancelled);
  assert.deepEqual([error.attempts.length, error.sent], [1, 'maybe']);
});

test('rate limiters are shared, and calls that would wait too long are refused here', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const rateLimiter = new RateLimiter({ limit: 1 });
  const [one, other] = [await server.client({ rateLimiter }), await server.client({ rateLimiter })];
  await one.scan('x');
  assert.equal(rateLimiter.snapshot().own, 1);
  const shared = RateLimiter.shared('of these tests');
  assert.equal(shared.snapshot().limit, RateLimiter.shared('of these tests').snapshot().limit);
  assert.throws(() => RateLimiter.redis('nonsense'), ConfigurationError);
  assert.throws(() => new RateLimiter({ pacing: 'fast' }), /pacing is `fast`; expected eager, smooth or off/);
  assert.throws(() => new RateLimiter({ limit: -1 }), ConfigurationError);
  await server.setLimits({ key: 1 });
  const error = await rejection(other.withOptions({ maxWaitMs: 10 }).scan('x').then(() => other.withOptions({ maxWaitMs: 10 }).scan('x')));
  assert.ok(error instanceof RateLimitError && error.message.endsWith('raise maxWaitMs or timeoutMs'), String(error));
});

test('waits take virtual time', async (t) => {
  const refusal = respond(429, { 'retry-after': '170' });
  const server = await serve(t, [refusal, ANSWER], { virtualTime: true });
  const client = await server.client();
  assert.equal((await client.analyze(URL_OF_ONE)).signal.risk.level, 'high');
  const elapsed = await server.elapsed();
  assert.ok(elapsed >= 170 && elapsed < 180, String(elapsed));
});
