import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import * as axiomo from 'axiomo';
import { ANSWER, rejection, respond, serve } from './support.mjs';

const { AxiomoError } = axiomo;

test('each status has its class', async (t) => {
  const classes = {
    400: 'InvalidRequestError',
    401: 'AuthenticationError',
    403: 'PermissionDeniedError',
    404: 'NotFoundError',
    408: 'TimeoutError',
    422: 'InvalidRequestError',
    429: 'RateLimitError',
    500: 'ServerError',
    302: 'ServerError',
  };
  for (const [status, name] of Object.entries(classes)) {
    const server = await serve(t, [respond(Number(status), { 'x-request-id': 'req-7' })]);
    const error = await rejection((await server.client({ maxRetries: 0 })).scan('x'));
    assert.ok(error instanceof axiomo[name] && error instanceof AxiomoError && error instanceof Error, name);
    assert.deepEqual([error.name, error.status, error.requestId, error.sent], [name, Number(status), 'req-7', 'yes']);
  }
});

test('every field of the contract is there, in both forms', async (t) => {
  const headers = { 'retry-after': '7', 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' };
  const server = await serve(t, [respond(429, headers, { error: { code: 'rate_limited', message: 'slowly' } })]);
  const error = await rejection((await server.client({ maxRetries: 0 })).scan('x'));
  const { kind, code, retryAfterMs, queueDepth, local, rateLimit, attempts } = error;
  assert.deepEqual([kind, code, queueDepth, local], ['rate_limited', 'rate_limited', null, false]);
  assert.ok(retryAfterMs >= 6000 && retryAfterMs <= 9000, String(retryAfterMs));
  assert.deepEqual([rateLimit.limit, rateLimit.remaining, error.resetAt], [60, 0, rateLimit.resetAt]);
  assert.deepEqual([attempts.length, attempts[0].status, attempts[0].errorKind], [1, 429, 'rate_limited']);
  const wire = JSON.parse(JSON.stringify(error));
  assert.deepEqual(
    [wire.kind, wire.http_status, wire.retry_after_ms, wire.attempts[0].n, wire.local],
    ['rate_limited', 429, retryAfterMs, 1, false],
  );
  assert.deepEqual(AxiomoError.from(wire).toJSON(), wire);
  assert.ok(AxiomoError.from(wire) instanceof axiomo.RateLimitError);
});

test('what caused a failed connection is told', async () => {
  const client = new axiomo.Axiomo({ baseUrl: 'http://127.0.0.1:9/api', anonymous: true, maxRetries: 0 });
  const error = await rejection(client.scan('x'));
  assert.ok(error instanceof axiomo.ConnectionError);
  assert.ok(error.cause instanceof Error && error.cause.message.length > 0, inspect(error));
  assert.equal(error.sent, 'no');
});

test('a stack leads to where the call is awaited', async (t) => {
  const server = await serve(t);
  const client = await server.client();
  async function whoeverAsks() {
    await client.scan('x');
  }
  const error = await rejection(whoeverAsks());
  assert.match(error.stack, /whoeverAsks/);
  assert.match(error.stack, /errors\.test\.mjs/);
});

test('copies and what is printed show what helps', async (t) => {
  const server = await serve(t, [respond(503), respond(503, { 'x-request-id': 'req-9' })]);
  const error = await rejection((await server.client({ maxRetries: 1 })).scan('x'));
  const copy = structuredClone(error);
  assert.ok(copy instanceof Error);
  for (const text of [copy.message, String(error), inspect(error)]) {
    assert.match(text, /HTTP 503/);
    assert.match(text, /req-9/);
    assert.match(text, /2 attempts/);
  }
  assert.match(inspect(error), /ServerError/);
});

test('an answer that is none names the path', async (t) => {
  const server = await serve(t, [respond(200, {}, { signals: [] }), ANSWER]);
  const error = await rejection((await server.client()).scan('x'));
  assert.ok(error instanceof axiomo.DecodeError && /\$\.signal/.test(error.message), String(error));
});
