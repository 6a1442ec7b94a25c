import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Axiomo, BatchItem, InvalidRequestError } from 'axiomo';
import { ANSWER, STALL, URL_OF_ONE, rejection, respond, serve } from './support.mjs';

const url = (number) => `https://github.com/example/ledger/pull/${number}`;

async function* slowly(items) {
  for (const item of items) {
    await new Promise(setImmediate);
    yield item;
  }
}

test('every item gets a result or an error, and one bad item ends nothing', async (t) => {
  const server = await serve(t, [ANSWER, respond(404), ANSWER]);
  const client = await server.client({ pacing: 'off' });
  const items = [url(1), 'nonsense', url(2), url(1), 5, { url: url(3) }];
  const batch = client.analyzeMany(items, { ordered: true, concurrency: 1 });
  const found = [];
  for await (const item of batch) found.push(item);
  assert.deepEqual(found.map((item) => item.index), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(found.map((item) => item.input), items);
  assert.equal(found[0].result().signal.risk.level, 'high');
  assert.ok(found[1].error instanceof InvalidRequestError && found[4].error instanceof InvalidRequestError);
  assert.equal(found[2].error.status, 404);
  assert.throws(() => found[2].result(), found[2].error.constructor);
  assert.equal(found[3].repeats, 0);
  assert.throws(() => found[3].result(), /item 3 asks for the same as item 0/);
  assert.ok(found.every((item) => item instanceof BatchItem));
  assert.deepEqual(batch.progress(), { done: 6, failed: 3, waiting: 0, etaMs: batch.progress().etaMs });
  assert.equal((await server.requests()).length, 3);
});

test('an item that JSON cannot hold is an error of its own, and ends nothing', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER, ANSWER, ANSWER]);
  const client = await server.client({ pacing: 'off' });
  const cycle = { url: url(2) };
  cycle.self = cycle;
  const tooExact = { provider: 'github', owner: 'example', repo: 'ledger', pr_number: 3n };
  const failing = { toJSON() { throw new RangeError('canary'); } };
  const items = [url(1), cycle, tooExact, failing, { toJSON() {} }, url(4)];
  for (const source of [items, slowly(items)]) {
    const found = [];
    for await (const item of client.analyzeMany(source, { ordered: true })) found.push(item);
    assert.deepEqual(found.map((item) => item.analysis?.signal.risk.level), ['high', ...Array(4).fill(undefined), 'high']);
    for (const { error, index, input } of found.slice(1, 5)) {
      assert.ok(error instanceof InvalidRequestError && error.local && error.sent === 'no', String(error));
      assert.match(error.message, /AnalyzeRequest, not an object that JSON cannot hold/);
      assert.equal(input, items[index]);
    }
  }
});

test('items come from generators, asynchronous ones too, as they are needed', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER, ANSWER, ANSWER]);
  const client = await server.client({ pacing: 'off' });
  function* atOnce() {
    yield url(1);
    yield url(2);
  }
  for (const items of [atOnce(), slowly([url(3), url(4)])]) {
    const levels = [];
    for await (const item of client.analyzeMany(items)) levels.push(item.result().signal.risk.level);
    assert.deepEqual(levels, ['high', 'high']);
  }
});

test('a source that throws ends the batch with what it threw, after the results before', async (t) => {
  const server = await serve(t, [ANSWER, ANSWER]);
  const client = await server.client({ pacing: 'off' });
  function* atOnce() {
    yield url(1);
    throw new RangeError('no more');
  }
  async function* later() {
    yield url(2);
    throw new RangeError('no more');
  }
  for (const items of [atOnce(), later()]) {
    const batch = client.analyzeMany(items);
    assert.equal((await batch.next()).value.index, 0);
    assert.match((await rejection(batch.next())).message, /no more/);
    assert.equal((await batch.next()).done, true);
  }
});

test('leaving a batch ends what is under way, and the source', async (t) => {
  const server = await serve(t, [STALL, STALL, STALL]);
  const client = await server.client({ pacing: 'off' });
  let isLeft = false;
  function* items() {
    try {
      for (let number = 1; ; number++) yield url(number);
    } finally {
      isLeft = true;
    }
  }
  const batch = client.analyzeMany(items(), { concurrency: 3 });
  const next = batch.next();
  await server.awaitJournal({ event: 'request' }, { count: 3 });
  await batch.return();
  assert.ok(isLeft);
  assert.equal((await next).done, true);
  await server.awaitJournal({ event: 'gone' }, { count: 3 });
});

test('a loop that is left leaves the batch', async (t) => {
  const server = await serve(t, [ANSWER]);
  const client = await server.client({ pacing: 'off' });
  const batch = client.analyzeMany([url(1), url(2)], { concurrency: 1 });
  for await (const item of batch) {
    assert.equal(item.index, 0);
    break;
  }
  assert.equal((await batch.next()).done, true);
});

test('a loop that is left waits until its source has ended', async (t) => {
  const server = await serve(t, [ANSWER]);
  const client = await server.client({ pacing: 'off' });
  let isLeft = false;
  async function* items() {
    try {
      yield url(1);
      yield url(2);
    } finally {
      await new Promise(setImmediate);
      isLeft = true;
    }
  }
  for await (const _ of client.analyzeMany(items(), { concurrency: 1 })) break;
  assert.ok(isLeft);
});

test('a loop that is left does not wait for an item, and its source ends when that comes', async (t) => {
  const server = await serve(t, [ANSWER]);
  const client = await server.client({ pacing: 'off' });
  let goOn;
  const gate = new Promise((resolve) => (goOn = resolve));
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  async function* items() {
    try {
      yield url(1);
      await gate;
      yield url(2);
    } finally {
      end();
    }
  }
  for await (const _ of client.analyzeMany(items(), { concurrency: 2 })) break;
  goOn();
  await ended;
  assert.equal((await server.requests()).length, 1);
});

test('a batch that is left lets nobody wait for a result', async (t) => {
  const server = await serve(t, [ANSWER]);
  const client = await server.client({ pacing: 'off' });
  async function* items() {
    yield url(1);
    await new Promise(() => {});
  }
  const batch = client.analyzeMany(items());
  await batch.next();
  const next = batch.next();
  await batch.return();
  assert.equal((await next).done, true);
});

test('many items take the quota of their minutes, and no real time', async (t) => {
  const server = await serve(t, [], { virtualTime: true });
  await server.script([{ on: {}, do: Array.from({ length: 300 }, () => ANSWER) }]);
  const client = await server.client();
  const batch = client.analyzeMany(Array.from({ length: 300 }, (_, number) => url(number + 1)));
  let count = 0;
  for await (const item of batch) {
    assert.equal(item.error, null, String(item.error));
    count++;
  }
  assert.equal(count, 300);
  const elapsed = await server.elapsed();
  assert.ok(elapsed >= 240 && elapsed < 260, String(elapsed));
});

test('a deadline fails what is not done', async (t) => {
  const server = await serve(t, [], { virtualTime: true });
  await server.script([{ on: {}, do: Array.from({ length: 60 }, () => ANSWER) }]);
  const client = await server.client();
  const outcomes = { fine: 0, late: 0 };
  for await (const item of client.analyzeMany(Array.from({ length: 100 }, (_, n) => url(n + 1)), { deadlineMs: 30_000 })) {
    outcomes[item.error === null ? 'fine' : 'late']++;
  }
  assert.deepEqual(outcomes, { fine: 60, late: 40 });
});

test('a batch needs items that can be iterated', () => {
  const client = new Axiomo({ anonymous: true });
  assert.throws(() => client.analyzeMany(5), TypeError);
});
