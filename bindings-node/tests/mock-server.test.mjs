import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { AuthenticationError, NotFoundError } from 'axiomo';
import { MockServer, MockServerError, NotSeenError, Program, VirtualClock } from 'axiomo/testing';
import { ANSWER, STALL, rejection, respond, run, serve } from './support.mjs';

test('a ten-minute wait takes no time', async (t) => {
  const server = await serve(t, [respond(429, { 'retry-after': '600' }), ANSWER], { virtualTime: true });
  const client = await server.client({ maxWaitMs: 900_000, timeoutMs: 1_800_000 });
  assert.equal((await client.scan('x')).signal.risk.level, 'high');
  const elapsed = await server.elapsed();
  assert.ok(elapsed >= 600 && elapsed < 620, String(elapsed));
  assert.ok((await server.waits()).some((wait) => wait.length_ns >= 600e9));
});

test('time that is held passes only when it is moved', async (t) => {
  const server = await serve(t, [respond(429, { 'retry-after': '60' }), ANSWER], { virtualTime: true });
  await server.holdTime();
  let isDone = false;
  const call = (await server.client()).scan('x').finally(() => (isDone = true));
  await server.awaitJournal({ event: 'answer', status: 429 });
  await server.advance(59);
  assert.ok(!isDone);
  // What was asked for, and up to two seconds more, so that not all come back at once.
  await server.advance(3);
  await call;
});

test('a server counts seconds, and a clock milliseconds', async (t) => {
  const server = await serve(t, [], { virtualTime: true });
  await server.holdTime();
  const before = await server.elapsed();
  await server.advance(90);
  assert.equal(Math.round((await server.elapsed()) - before), 90);
  const clock = new VirtualClock();
  clock.advance(90_000);
  assert.equal(clock.elapsedMs, 90_000);
});

test('keys are made and revoked, and not printed', async (t) => {
  const server = await serve(t);
  const key = await server.createKey('Review Bot', 'ann');
  assert.ok(!inspect(key).includes(key.key) && inspect(key).includes(key.id));
  await server.revokeKey(key.id);
  assert.ok((await rejection((await server.client({ apiKey: key.key })).scan('x'))) instanceof AuthenticationError);
});

test('a script decides, and says what is left; the journal tells what happened', async (t) => {
  const server = await serve(t, [respond(503), ANSWER, respond(500)]);
  await (await server.client()).scan('x');
  assert.equal((await server.scriptLeft())[0].do.length, 1);
  const statuses = (await server.journal()).filter(({ event }) => event === 'answer').map(({ status }) => status);
  assert.deepEqual(statuses, [503, 200]);
  await server.clearJournal();
  // The client's connection may end now.
  assert.deepEqual((await server.journal()).filter(({ event }) => event !== 'closed'), []);
  const error = await rejection(server.awaitJournal({ event: 'gone' }, { timeoutMs: 10 }));
  assert.ok(error instanceof NotSeenError && error instanceof MockServerError, String(error));
  assert.match((await rejection(server.script([{ on: {}, do: ['nonsense'] }]))).message, /nonsense/);
  await server.setLimits({ key: 7 });
  assert.equal((await server.snapshot()).limits.key, 7);
});

test('servers in one process know nothing of each other, and a closed one says so', async () => {
  const program = await Program.start();
  const [one, other] = [await MockServer.start({ program }), await MockServer.start({ program })];
  assert.notEqual(one.baseUrl, other.baseUrl);
  assert.ok((await rejection((await one.client()).scan('x'))) instanceof NotFoundError);
  assert.deepEqual(await other.requests(), []);
  await one.close();
  await one.close();
  assert.equal((await rejection(one.requests())).code, 'closed');
  await other.close();
  await program.close();
  await program.close();
});

test('a server for a test of vitest is closed at its end', async () => {
  const ends = [];
  const server = await MockServer.startFor({ onTestFinished: (end) => ends.push(end) }, { limits: { key: 7 } });
  assert.equal((await server.snapshot()).limits.key, 7);
  assert.equal(ends.length, 1);
  await ends[0]();
  assert.equal((await rejection(server.requests())).code, 'closed');
});

test('a program that is not there is an error that says what to install', async () => {
  const program = `process.env.AXIOMO_MOCK_SERVER = ''; process.env.PATH = '';
    const { MockServer } = await import('axiomo/testing');
    await MockServer.start().catch((error) => console.log(error.code, error.message));`;
  assert.match((await run(program)).out, /^not_found there is no axiomo-mock-server: `npm install/);
});

test('a server that was not closed does not keep the program from ending', async () => {
  const program = `const { MockServer } = await import('axiomo/testing');
    const server = await MockServer.start();
    console.log((await (await server.client()).scan('x').catch((error) => error)).kind);`;
  assert.deepEqual(await run(program), { out: 'not_found\n', error: '', code: 0 });
});

test('a clock moves by hand', async (t) => {
  const clock = new VirtualClock();
  clock.advance(1500);
  assert.equal(clock.elapsedMs, 1500);
  clock.skipWaits();
  const server = await serve(t, [respond(429, { 'retry-after': '7' }), ANSWER, STALL]);
  await (await server.client({ clock })).scan('x');
  assert.ok(clock.waits().some(({ lengthMs, reason }) => lengthMs >= 7000 && reason === 'retry_after'));
  assert.throws(() => clock.advance(-1), /time cannot pass by -1 ms/);
});
