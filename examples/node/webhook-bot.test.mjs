// How the bot is tested: with webhooks as GitHub signs them, against a mock server, in virtual time.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';

import { MockServer } from 'axiomo/testing';
import { createBot } from './webhook-bot.mjs';

const SECRET = "the webhook's secret";
const PULL_REQUEST = { html_url: 'https://github.com/owner/repo/pull/123', comments_url: 'https://api.github.com/comments' };
const RISKY = {
  respond: { status: 200, json: { signal: { risk: { level: 'high' }, focus: { files: [{ path: 'src/session.rs', reasons: ['authentication'] }] } } } },
};
const REFUSED = { respond: { status: 429, headers: { 'retry-after': '170' } } };

/** A bot with its server, and what it comments. */
async function started(t, steps) {
  const server = await MockServer.startFor(t, { virtualTime: true });
  await server.script([{ on: {}, do: steps }]);
  const comments = [];
  let heard;
  const commented = new Promise((resolve) => (heard = resolve));
  const comment = async (pullRequest, text) => heard(comments.push([pullRequest.html_url, text]));
  const bot = createBot({ client: await server.client(), secret: SECRET, comment });
  bot.listen(0, '127.0.0.1');
  await once(bot, 'listening');
  t.after(() => bot.close());
  const send = (event, { secret = SECRET, name = 'pull_request' } = {}) => {
    const body = JSON.stringify(event);
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-github-event': name, 'x-hub-signature-256': signature };
    return fetch(`http://127.0.0.1:${bot.address().port}/`, { method: 'POST', headers, body });
  };
  return { server, comments, commented, send };
}

test('it comments the risk, and where to look first', async (t) => {
  const { comments, commented, send } = await started(t, [RISKY]);
  assert.equal((await send({ action: 'opened', pull_request: PULL_REQUEST })).status, 202);
  await commented;
  assert.deepEqual(comments, [[PULL_REQUEST.html_url, '**Risk: high.** \n- `src/session.rs`: authentication']]);
});

test('it waits out what the rate limit asks for', async (t) => {
  const { server, comments, commented, send } = await started(t, [REFUSED, RISKY]);
  await send({ action: 'synchronize', pull_request: PULL_REQUEST });
  await commented;
  assert.match(comments[0][1], /^\*\*Risk: high/);
  assert.ok((await server.elapsed()) >= 170);
});

test('it says so when it cannot tell', async (t) => {
  const { comments, commented, send } = await started(t, ['real']);
  await send({ action: 'opened', pull_request: PULL_REQUEST });
  await commented;
  assert.match(comments[0][1], /^I cannot tell: /);
});

test('it believes nobody else, and leaves alone what is none of its business', async (t) => {
  const { server, send } = await started(t, []);
  assert.equal((await send({ action: 'opened', pull_request: PULL_REQUEST }, { secret: 'a guess' })).status, 401);
  assert.equal((await send({ action: 'closed', pull_request: PULL_REQUEST })).status, 200);
  assert.equal((await send({ zen: 'Speak like a human.' }, { name: 'ping' })).status, 200);
  assert.deepEqual(await server.requests(), []);
});
