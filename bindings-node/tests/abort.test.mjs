import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RateLimiter } from 'axiomo';
import { ANSWER, STALL, URL_OF_ONE, rejection, respond, serve } from './support.mjs';

/** Counts the listeners that come and go. */
function counting(controller) {
  const { signal } = controller;
  const counts = { added: 0, removed: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...words) => (counts.added++, addEventListener.apply(signal, words));
  signal.removeEventListener = (...words) => (counts.removed++, removeEventListener.apply(signal, words));
  return counts;
}

test('a call on its way is dropped at once, and rejected with the reason that was given', async (t) => {
  const server = await serve(t, [STALL]);
  const client = await server.client();
  const controller = new AbortController();
  const call = rejection(client.analyze(URL_OF_ONE, { signal: controller.signal }));
  await server.awaitJournal({ event: 'request' });
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  assert.equal(await call, reason);
  await server.awaitJournal({ event: 'gone' });
  await server.awaitJournal({ event: 'closed', by: 'client' });
});

test('without a reason of its own it is an AbortError', async (t) => {
  const server = await serve(t, [STALL]);
  const controller = new AbortController();
  const call = rejection((await server.client()).scan('x', { signal: controller.signal }));
  await server.awaitJournal({ event: 'request' });
  controller.abort();
  assert.equal((await call).name, 'AbortError');
  assert.equal(await call, controller.signal.reason);
});

test('a signal that is aborted already lets nothing be sent', async (t) => {
  const server = await serve(t);
  const client = await server.client();
  const signal = AbortSignal.abort('before');
  assert.equal(await rejection(client.scan('x', { signal })), 'before');
  assert.equal(await rejection(client.analyzeMany([URL_OF_ONE], { signal }).next()), 'before');
  assert.deepEqual(await server.requests(), []);
});

test('a call that waits for the quota, and one behind it in the queue, are dropped', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const rateLimiter = new RateLimiter({ limit: 1 });
  await server.setLimits({ key: 1 });
  const client = await server.client({ rateLimiter });
  await client.scan('x');
  const controllers = [new AbortController(), new AbortController()];
  const calls = controllers.map(({ signal }) => rejection(client.scan('x', { signal })));
  while (rateLimiter.snapshot().waiting < 2) await new Promise(setImmediate);
  controllers[1].abort('queued');
  assert.equal(await calls[1], 'queued');
  while (rateLimiter.snapshot().waiting > 1) await new Promise(setImmediate);
  controllers[0].abort('pacing');
  assert.equal(await calls[0], 'pacing');
  while (rateLimiter.snapshot().waiting > 0) await new Promise(setImmediate);
  assert.equal((await server.requests()).length, 1);
});

test('a call that backs off is dropped, and makes no other attempt', async (t) => {
  const server = await serve(t, [respond(503), ANSWER], { virtualTime: true });
  await server.holdTime();
  const client = await server.client();
  const controller = new AbortController();
  const call = rejection(client.scan('x', { signal: controller.signal }));
  await server.awaitJournal({ event: 'answer', status: 503 });
  await server.advance(0);
  controller.abort('backing off');
  assert.equal(await call, 'backing off');
  await server.advance(600);
  assert.equal((await server.requests()).length, 1);
});

test('no listener is left behind, whatever becomes of a call', async (t) => {
  const server = await serve(t, [ANSWER, respond(404), STALL]);
  const client = await server.client();
  const controller = new AbortController();
  const counts = counting(controller);
  await client.scan('x', { signal: controller.signal });
  await rejection(client.scan('x', { signal: controller.signal }));
  assert.deepEqual(counts, { added: 2, removed: 2 });
  const call = rejection(client.scan('x', { signal: controller.signal }));
  await server.awaitJournal({ event: 'request' }, { count: 3 });
  controller.abort();
  await call;
  assert.equal(counts.added, 3, 'the third was removed by the abort itself: it is told once');
});

test('a batch is dropped as a whole', async (t) => {
  const server = await serve(t, [STALL, STALL]);
  const client = await server.client({ pacing: 'off' });
  const controller = new AbortController();
  const urls = [URL_OF_ONE, `${URL_OF_ONE}2`];
  const batch = client.analyzeMany(urls, { signal: controller.signal });
  const next = rejection(batch.next());
  await server.awaitJournal({ event: 'request' }, { count: 2 });
  controller.abort('all');
  assert.equal(await next, 'all');
  await server.awaitJournal({ event: 'gone' }, { count: 2 });
  assert.deepEqual(await batch.next(), { done: true, value: undefined });
});

test('a batch is dropped at once, although its source never goes on, or cannot end', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const client = await server.client({ pacing: 'off' });
  async function* generator() {
    yield URL_OF_ONE;
    await new Promise(() => {});
  }
  let isEnded = false;
  const failing = {
    first: [URL_OF_ONE],
    next() {
      return this.first.length > 0 ? Promise.resolve({ done: false, value: this.first.pop() }) : new Promise(() => {});
    },
    return() {
      isEnded = true;
      return Promise.reject(new Error('it cannot end'));
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  for (const source of [generator(), failing]) {
    const controller = new AbortController();
    const batch = client.analyzeMany(source, { signal: controller.signal });
    assert.equal((await batch.next()).value.index, 0);
    const next = rejection(batch.next());
    const reason = new Error('no longer wanted');
    controller.abort(reason);
    assert.equal(await next, reason);
    assert.deepEqual(await batch.next(), { done: true, value: undefined });
  }
  assert.ok(isEnded);
});
