import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { RateLimitError, RateLimiter } from 'axiomo';
import { rejection, run, serve } from './support.mjs';

/** On Debian, `apt-get install redis-server`. */
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** The address of a Redis that keeps nothing, for a test. */
async function redis(t) {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  taken.close();
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill('SIGKILL'));
  for await (const line of createInterface(server.stdout)) {
    if (line.includes('Ready to accept connections')) return `redis://127.0.0.1:${port}`;
  }
  throw new Error('Redis has ended');
}

const CALLS = `import { Axiomo, NotFoundError, RateLimiter } from 'axiomo';
  const [baseUrl, apiKey, redis, count] = process.argv.slice(-4);
  const client = new Axiomo({ apiKey, baseUrl, rateLimiter: RateLimiter.redis(redis) });
  for (let number = 0; number < count; number++) {
    const error = await client.scan(String(number)).catch((error) => error);
    if (!(error instanceof NotFoundError && error.attempts.length === 1)) throw error;
  }`;

test('processes share what Redis keeps', { skip: !hasRedis }, async (t) => {
  const address = await redis(t);
  const server = await serve(t);
  await server.setLimits({ key: 8 });
  const { key } = await server.key();
  for (const count of ['5', '3']) {
    assert.deepEqual(await run(CALLS, server.baseUrl, key, address, count), { out: '', error: '', code: 0 });
  }
  // This process has sent nothing, and knows that nothing is left.
  const rateLimiter = RateLimiter.redis(address);
  const client = await server.client({ rateLimiter, maxWaitMs: 500 });
  const error = await rejection(client.scan('x'));
  assert.ok(error instanceof RateLimitError, String(error));
  assert.deepEqual([error.local, error.sent, error.attempts], [true, 'no', []]);
  assert.equal(rateLimiter.snapshot().limit, 8);
  assert.equal((await server.requests()).length, 8);
});
