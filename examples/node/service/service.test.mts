// How the service is tested.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';

import { MockServer } from 'axiomo/testing';
import { type Entry, createService, queue } from './service.mjs';

const url = (number: number): string => `https://github.com/owner/repo/pull/${number}`;
const risky = (level: string): object => ({ respond: { status: 200, json: { signal: { risk: { level } } } } });

/** What the service answers, and the mock server behind it. */
async function start(t: TestContext, steps: readonly unknown[]): Promise<{ server: MockServer; address: string }> {
  const server = await MockServer.startFor(t);
  await server.script([{ on: {}, do: steps }]);
  const service = createService(await server.client({ pacing: 'off', maxRetries: 0 }));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  t.after(() => service.close());
  return { server, address: `http://127.0.0.1:${(service.address() as AddressInfo).port}` };
}

test('what is most risky comes first, and what is not known before it', async (t) => {
  const server = await MockServer.startFor(t);
  await server.script([{ on: {}, do: [risky('low'), { respond: { status: 404 } }, risky('critical')] }]);
  const client = await server.client({ pacing: 'off', maxRetries: 0 });
  const levels: (string | undefined)[] = [];
  for (const entry of await queue(client, [url(1), url(2), url(2), url(3)])) levels.push(entry.level);
  assert.deepEqual(levels, [undefined, 'critical', 'low']);
});

test('it answers with the queue', async (t) => {
  const { address } = await start(t, [risky('high')]);
  const entries = (await (await fetch(`${address}/?url=${url(1)}`)).json()) as Entry[];
  assert.deepEqual(entries, [{ url: url(1), level: 'high' }]);
});

test('a caller who goes away ends what is under way', async (t) => {
  const { server, address } = await start(t, [{ wire: { end: { after: 'nothing', by: 'stall' } } }]);
  const leaving = new AbortController();
  const asked = fetch(`${address}/?url=${url(1)}`, { signal: leaving.signal }).catch(() => undefined);
  await server.awaitJournal({ event: 'request' });
  leaving.abort();
  await asked;
  await server.awaitJournal({ event: 'gone' });
});
