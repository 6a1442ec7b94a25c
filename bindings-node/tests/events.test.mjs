import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';

import { VirtualClock } from 'axiomo/testing';
import { ANSWER, rejection, respond, run, serve } from './support.mjs';

function recording() {
  const told = [];
  const taking = (level) => (message, fields) => told.push({ level, message, fields });
  return { told, error: taking('error'), warn: taking('warn'), info: taking('info'), debug: taking('debug') };
}

test('a logger is told of its own client, with the fields that are allowed', async (t) => {
  const server = await serve(t, [respond(503), ANSWER, ANSWER], { virtualTime: true });
  const logger = recording();
  const client = await server.client({ logger });
  await client.scan('of-mine');
  await (await server.client()).scan('of-another');
  const names = logger.told.map(({ message }) => message);
  assert.equal(names.filter((name) => name === 'axiomo request').length, 2);
  assert.ok(names.includes('axiomo retry'), names.join());
  const allowed = new Set([
    'attempt', 'duration_ms', 'error.type', 'http.request.method', 'http.request.resend_count',
    'http.response.status_code', 'limit', 'reason', 'remaining', 'request_id', 'reset_ms', 'sent', 'status',
    'url.template', 'wait_ms',
  ]);
  for (const { fields } of logger.told) {
    for (const name of Object.keys(fields)) assert.ok(allowed.has(name), name);
  }
  assert.ok(!JSON.stringify(logger.told).includes('of-mine'));
});

test('a client that was made from it, and a batch, tell the same logger', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const logger = recording();
  const client = await server.client({ logger });
  await client.withOptions({ maxRetries: 1 }).scan('x');
  for await (const _ of client.analyzeMany(['https://github.com/a/b/pull/1']));
  assert.equal(logger.told.filter(({ message }) => message === 'axiomo request').length, 2);
});

test('the channel is told of everything while somebody listens', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER, ANSWER]);
  const client = await server.client();
  const told = [];
  const listen = (event) => told.push(event);
  await client.scan('x');
  channel('axiomo').subscribe(listen);
  await client.scan('x');
  channel('axiomo').unsubscribe(listen);
  await client.scan('x');
  const requests = told.filter(({ event }) => event === 'request');
  assert.equal(requests.length, 1);
  assert.deepEqual([requests[0].level, requests[0].fields['http.response.status_code']], ['debug', 200]);
});

test('what a call does is told while it is under way', async (t) => {
  const server = await serve(t, [respond(503), ANSWER], { virtualTime: true });
  await server.holdTime();
  const retries = [];
  const logger = { ...recording(), debug: (message) => message === 'axiomo retry' && retries.push(message) };
  const call = (await server.client({ logger })).scan('x');
  while (retries.length === 0) await new Promise(setImmediate);
  await server.releaseTime();
  await call;
});

test('what nobody takes is bounded, and everybody is told how much was left out', async (t) => {
  const [calls, retries, most] = [12, 100, 2048];
  // So high a limit allows as many retries.
  const busy = respond(503, { 'x-ratelimit-limit': '100000', 'x-ratelimit-remaining': '99999' });
  const server = await serve(t, Array.from({ length: calls * (retries + 1) }, () => busy));
  await server.setLimits({ key: 0 });
  const clock = new VirtualClock();
  clock.skipWaits();
  const day = 24 * 3_600_000;
  const [logger, other] = [recording(), recording()];
  const options = { clock, pacing: 'off', maxRetries: retries, timeoutMs: day, attemptTimeoutMs: day };
  const client = await server.client({ ...options, logger });
  const derived = client.withOptions({ maxRetries: retries });
  const another = await server.client({ logger: other });
  const heard = [];
  const listen = (event) => heard.push(event);
  channel('axiomo').subscribe(listen);
  t.after(() => channel('axiomo').unsubscribe(listen));

  const ends = Array.from({ length: calls }, (_, number) => rejection((number % 2 ? derived : client).scan('x')));
  // Until this turn ends, nothing is taken. A defect must not keep it from ending.
  const latest = performance.now() + 30_000;
  while (clock.waits().length < calls * retries && performance.now() < latest);
  for (const error of await Promise.all(ends)) assert.equal(error.status, 503, String(error));

  const name = 'axiomo events_left_out';
  const place = logger.told.findIndex(({ message }) => message === name);
  assert.equal(place, most);
  const { level, fields } = logger.told[place];
  assert.equal(level, 'warn');
  // Each wait is told, and the attempt before it.
  assert.ok(fields.count >= 2 * calls * retries - most, String(fields.count));
  assert.equal(logger.told.filter(({ message }) => message === name).length, 1, 'once, although two clients have it');
  assert.deepEqual(other.told, [{ level, message: name, fields }]);
  assert.deepEqual(heard.filter(({ event }) => event === 'events_left_out'), [{ event: 'events_left_out', level, fields }]);
  for (const kept of [client, derived, another]) assert.ok(kept.hasKey, 'or it could be gone already, and its logger with it');
});

test('a logger that throws keeps no result from anybody', async (t) => {
  const server = await serve(t, [ANSWER]);
  const program = `import { Axiomo } from 'axiomo';
    const [baseUrl] = process.argv.slice(-1);
    process.on('warning', (warning) => console.log(warning.message));
    const logger = { debug() { throw new Error('no space left'); } };
    const analysis = await new Axiomo({ baseUrl, anonymous: true, logger }).scan('x');
    await new Promise(setImmediate);
    console.log(analysis.signal.risk.level);`;
  const { out, code } = await run(program, server.baseUrl);
  assert.match(out, /a logger threw: Error: no space left/);
  assert.match(out, /high\n$/);
  assert.equal(code, 0);
});

test('nothing is printed', async (t) => {
  const server = await serve(t, [respond(500)]);
  const program = `import { Axiomo } from 'axiomo';
    const [baseUrl] = process.argv.slice(-1);
    await new Axiomo({ baseUrl, anonymous: true, maxRetries: 0 }).scan('x').catch(() => {});`;
  assert.deepEqual(await run(program, server.baseUrl), { out: '', error: '', code: 0 });
});
