import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { verifyWebhook } from 'axiomo';

const sign = (secret, body) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

test('a webhook is verified by its signature', () => {
  const body = '{"action": "opened", "title": "für später"}';
  const signature = sign('secret', body);
  assert.ok(verifyWebhook('secret', body, signature));
  assert.ok(verifyWebhook('secret', Buffer.from(body), signature));
  assert.ok(verifyWebhook('secret', new Uint8Array(Buffer.from(body)), signature));
  assert.ok(!verifyWebhook('secret', `${body} `, signature));
  assert.ok(!verifyWebhook('other', body, signature));
  assert.ok(!verifyWebhook('', body, sign('', body)));
  assert.ok(!verifyWebhook('secret', body, undefined));
  assert.equal(verifyWebhook('secret', body, new Headers().get('x-hub-signature-256')), false);
  assert.throws(() => verifyWebhook('secret', { action: 'opened' }, signature), /as it came/);
  assert.throws(() => verifyWebhook(undefined, body, signature), TypeError);
});
