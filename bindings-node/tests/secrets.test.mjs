import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { ANSWER, STALL, URL_OF_ONE, rejection, respond, serve } from './support.mjs';

test('neither key nor token comes out anywhere', async (t) => {
  const server = await serve(t);
  const { key } = await server.key();
  const token = 'glpat-canary-of-a-provider-0123456789';
  const told = [];
  const logger = Object.fromEntries(['error', 'warn', 'info', 'debug'].map((level) => [level, (...words) => told.push(words)]));
  const listen = (event) => told.push(event);
  channel('axiomo').subscribe(listen);
  t.after(() => channel('axiomo').unsubscribe(listen));
  const client = await server.client({ logger, proxy: undefined, maxRetries: 1 });
  const echo = { 'x-echo': `Bearer ${key}`, 'x-token': token };
  await server.script([
    { on: {}, do: [{ respond: { status: 200, headers: echo, json: ANSWER.respond.json } }, respond(503, echo, { error: { code: 'x', message: `${key} ${token}` } }), respond(401, echo, { error: { code: 'x', message: `${key} ${token}` } }), STALL] },
  ]);
  const seen = [];
  const shown = (value) => {
    seen.push(inspect(value, { depth: 9, showHidden: true }), String(value), JSON.stringify(value) ?? '');
    if (value instanceof Error) seen.push(value.stack, inspect(structuredClone(value)));
  };
  shown(client);
  shown(client.withOptions({ maxRetries: 0 }));
  shown(client.rateLimiter);
  shown(await server.key());
  const analysis = await client.analyze(URL_OF_ONE, { accessToken: token });
  shown(analysis);
  shown(analysis.meta);
  shown(await rejection(client.analyze(URL_OF_ONE, { accessToken: token })));
  const controller = new AbortController();
  const stalled = rejection(client.analyze({ url: URL_OF_ONE, access_token: token }, { signal: controller.signal }));
  await server.awaitJournal({ event: 'request' }, { count: 4 });
  controller.abort();
  shown(await stalled);
  shown(await rejection(client.analyze({ url: 'nonsense', access_token: token })));
  shown(await rejection(client.analyze(URL_OF_ONE, { accessToken: `${token}\n` })));
  shown(await rejection(server.client({ apiKey: `${key}\n` }).then((other) => other.scan('x'))));
  const inputs = ['nonsense', URL_OF_ONE, URL_OF_ONE].map((url) => ({ url, access_token: token }));
  await server.script([{ on: {}, do: [{ respond: { status: 200, headers: echo, json: ANSWER.respond.json } }] }]);
  const batch = client.analyzeMany(inputs, { ordered: true });
  shown(batch);
  for await (const item of batch) {
    shown(item);
    shown([{ item }]);
    shown(item.error);
    assert.equal(item.input, inputs[item.index]);
    assert.equal(item.input.access_token, token);
    assert.equal(JSON.parse(JSON.stringify(item)).input.url, item.input.url);
    assert.match(inspect(item), new RegExp(`^BatchItem .*index: ${item.index}.*url: .${item.input.url}`, 's'));
  }
  shown(told);
  assert.ok(told.length > 0);
  for (const text of seen) {
    assert.ok(!text.includes(key), `the key: ${text}`);
    assert.ok(!text.includes(token), `the token: ${text}`);
  }
});
