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
  assert.throws(() => new Axiomo({ apiKey: 'ax_key', anonymous: true }), ConfigurationError);
  assert.throws(() => new Axiomo({ rateLimiter: {} }), TypeError);
  assert.throws(() => client.withOptions({ maxRetries: -1 }), ConfigurationError);
  assert.throws(() => client.analyzeMany([], { concurrency: 0.5 }), ConfigurationError);
  assert.deepEqual(await server.requests(), []);
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
  for (const refused of [client.scan('x'), other.scan('x')]) {
    assert.match((await rejection(refused)).message, /was closed/);
  }
  assert.throws(() => client.analyzeMany([]), /was closed/);
  await client[Symbol.asyncDispose]();
});

test('a key comes from a function, which may take its time, and whose errors stay its own', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const { key } = await server.key();
  const asked = await server.client({ apiKey: async () => key });
  await asked.scan('x');
  const [request] = await server.requests();
  assert.deepEqual(request.headers.find(([name]) => name === 'authorization')[1], `Bearer ${key}`);
  for (const wrong of [() => { throw new RangeError(key); }, async () => 5, () => '']) {
    const error = await rejection((await server.client({ apiKey: wrong })).scan('x'));
    assert.ok(!error.message.includes(key), error.message);
    assert.match(error.kind, /authentication|configuration/);
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
  assert.ok(error instanceof RateLimitError, String(error));
});

test('waits take virtual time', async (t) => {
  const refusal = respond(429, { 'retry-after': '170' });
  const server = await serve(t, [refusal, ANSWER], { virtualTime: true });
  const client = await server.client();
  assert.equal((await client.analyze(URL_OF_ONE)).signal.risk.level, 'high');
  const elapsed = await server.elapsed();
  assert.ok(elapsed >= 170 && elapsed < 180, String(elapsed));
});
