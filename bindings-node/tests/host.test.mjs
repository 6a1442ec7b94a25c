import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';

import { Axiomo } from 'axiomo';
import { ANSWER, STALL, rejection, respond, run, serve } from './support.mjs';

const IMPORT = `import { Axiomo } from 'axiomo';
const [baseUrl] = process.argv.slice(-1);
const client = new Axiomo({ baseUrl, anonymous: true, maxRetries: 0 });
`;

test('a program ends when nothing is left to do, whether a client was used or not', async (t) => {
  const server = await serve(t, [ANSWER]);
  assert.deepEqual(await run(`${IMPORT} console.log('made');`, server.baseUrl), { out: 'made\n', error: '', code: 0 });
  const used = await run(`${IMPORT} console.log((await client.scan('x')).signal.risk.level);`, server.baseUrl);
  assert.deepEqual(used, { out: 'high\n', error: '', code: 0 });
});

test('a program goes on as long as a call is under way, and no longer', async (t) => {
  const server = await serve(t, [{ delay_ms: 200 }, 'real']);
  const program = `${IMPORT} client.scan('x').catch((error) => console.log(error.kind));`;
  assert.deepEqual(await run(program, server.baseUrl), { out: 'not_found\n', error: '', code: 0 });
  await server.script([{ on: {}, do: [STALL] }]);
  const aborting = `${IMPORT} const c = new AbortController();
    client.scan('x', { signal: c.signal }).catch((reason) => console.log(reason));
    setTimeout(() => c.abort('left'), 50);`;
  assert.deepEqual(await run(aborting, server.baseUrl), { out: 'left\n', error: '', code: 0 });
});

test('a program that exits with calls under way neither hangs nor crashes', async (t) => {
  for (let time = 1; time <= 3; time++) {
    const server = await serve(t, [STALL, STALL, STALL]);
    const program = `${IMPORT} for (let n = 0; n < 3; n++) client.scan('x').catch(() => {});
      setTimeout(() => process.exit(7), 100);`;
    assert.deepEqual(await run(program, server.baseUrl), { out: '', error: '', code: 7 });
  }
});

test('worker threads have clients of their own, and may end with calls under way', async (t) => {
  const server = await serve(t, Array.from({ length: 16 }, () => ANSWER));
  await server.setLimits({ address: 0 });
  const worker = new URL('./fixtures/worker.mjs', import.meta.url);
  const found = await Promise.all(
    [1, 2, 3, 4].map(
      () =>
        new Promise((resolve, reject) => {
          const thread = new Worker(worker, { workerData: server.baseUrl });
          thread.once('message', resolve);
          thread.once('error', reject);
        }),
    ),
  );
  assert.deepEqual(found.flat(), Array(16).fill('high'));

  const stalling = await serve(t, [STALL, STALL, STALL, STALL]);
  await stalling.setLimits({ address: 0 });
  const thread = new Worker(worker, { workerData: stalling.baseUrl });
  await stalling.awaitJournal({ event: 'request' }, { count: 4 });
  await thread.terminate();
  await stalling.awaitJournal({ event: 'gone' }, { count: 4 });
});

test('the thread that loads it first may end before others load it', async (t) => {
  const server = await serve(t, Array.from({ length: 16 }, () => ANSWER));
  await server.setLimits({ address: 0 });
  const worker = new URL('./fixtures/worker.mjs', import.meta.url);
  // One after the other, since it is the next thread that gets what the system knew the one before by.
  const program = `import { Worker } from 'node:worker_threads';
    const [worker, workerData] = process.argv.slice(-2);
    for (let number = 1; number <= 4; number++) {
      const thread = new Worker(new URL(worker), { workerData, execArgv: [] });
      thread.once('message', (levels) => console.log(...levels));
      await new Promise((resolve, reject) => { thread.once('exit', resolve); thread.once('error', reject); });
    }`;
  const out = 'high high high high\n'.repeat(4);
  assert.deepEqual(await run(program, worker.href, server.baseUrl), { out, error: '', code: 0 });
});

test('a client can be used from another context', async (t) => {
  const server = await serve(t, [ANSWER, STALL]);
  const client = await server.client();
  const context = vm.createContext({ client, AbortController });
  const level = await vm.runInContext(`(async () => (await client.scan('x')).signal.risk.level)()`, context);
  assert.equal(level, 'high');
  const call = vm.runInContext(
    `globalThis.c = new AbortController(); client.scan('x', { signal: c.signal }).catch((reason) => reason)`,
    context,
  );
  await server.awaitJournal({ event: 'request' }, { count: 2 });
  vm.runInContext(`c.abort('from there')`, context);
  assert.equal(await call, 'from there');
});

test('no promise of ours is ever rejected without anybody to see it', async (t) => {
  const server = await serve(t);
  await server.script([
    { on: { path: '/api/scans/stalled' }, do: [STALL] },
    { on: {}, do: [respond(404), respond(404), respond(404)] },
  ]);
  const program = `${IMPORT}
    process.on('unhandledRejection', (reason) => { console.log('unhandled', reason); });
    const c = new AbortController();
    await client.scan('x').catch(() => {});
    const call = client.scan('stalled', { signal: c.signal });
    const seen = call.catch(() => {});
    setTimeout(() => c.abort(), 50);
    await seen;
    const batch = client.analyzeMany(['nonsense', 'https://github.com/a/b/pull/1']);
    for await (const item of batch) item.error;
    const asks = new Axiomo({ baseUrl, apiKey: () => { throw new Error('no key'); } });
    await asks.scan('x').catch(() => {});
    const left = client.analyzeMany((function* () { yield 'nonsense'; throw new Error('source'); })());
    await left.next();
    client.close();
    await client.scan('x').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log('done');`;
  assert.deepEqual(await run(program, server.baseUrl), { out: 'done\n', error: '', code: 0 });
});

test('many clients do not get in each other\'s way', async (t) => {
  const server = await serve(t, [], {});
  await server.setLimits({ key: 0 });
  await server.script([{ on: {}, do: Array.from({ length: 200 }, () => ANSWER) }]);
  const clients = await Promise.all(Array.from({ length: 10 }, () => server.client({ pacing: 'off' })));
  const calls = clients.flatMap((client) => Array.from({ length: 20 }, (_, n) => client.scan(String(n))));
  assert.equal((await Promise.all(calls)).filter(({ signal }) => signal.risk.level === 'high').length, 200);
});

test('calls that were aborted leave nothing', async (t) => {
  const server = await serve(t);
  await server.setLimits({ key: 0 });
  const client = await server.client({ pacing: 'off' });
  const before = process.getActiveResourcesInfo?.().length;
  for (let round = 0; round < 50; round++) {
    const controller = new AbortController();
    const calls = Array.from({ length: 20 }, () => rejection(client.scan('x', { signal: controller.signal })));
    controller.abort(round);
    assert.deepEqual(await Promise.all(calls), Array(20).fill(round));
  }
  assert.equal((await rejection(client.scan('x'))).kind, 'not_found');
  while (client.rateLimiter.snapshot().waiting > 0) await new Promise(setImmediate);
  assert.ok(process.getActiveResourcesInfo?.().length === undefined || process.getActiveResourcesInfo().length <= before + 2);
});

test('a client without a key says so', () => {
  const client = new Axiomo({ anonymous: true });
  assert.deepEqual([client.hasKey, client.baseUrl], [false, 'https://axiomo.app/api']);
});
