// The driver of the Node client: calls it as it is told on stdin, and tells on stdout what came of it, as
// conformance/PROTOCOL.md says. Whatever it would do by itself would pass for the client's doing, so it does nothing.

import { subscribe } from 'node:diagnostics_channel';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';

import { AxiomoError } from '../../../bindings-node/dist/index.mjs';
import { forbidRealTime } from '../../../bindings-node/dist/testing.mjs';
import { Session, failed, tell } from './session.mjs';

const sessions = new Map();
const log = [];

subscribe('axiomo', (event) => log.push(JSON.stringify(event)));
for (const level of ['debug', 'info', 'log', 'warn', 'error']) {
  console[level] = (...words) => log.push(words.map((word) => inspect(word)).join(' '));
}

const operations = {
  hello(frame) {
    if (frame.time === 'conducted') forbidRealTime();
    return { language: 'node', version: '0.1.0', capabilities: ['default_headers', 'user_agent_suffix'] };
  },
  open(frame) {
    const session = new Session(frame, log.length);
    sessions.set(frame.session, session);
    return { debug: inspect(session.client) };
  },
  call(frame) {
    found(frame).call(frame);
    return {};
  },
  cancel(frame) {
    found(frame).cancel(frame.call);
    return {};
  },
  async close(frame) {
    const session = found(frame);
    sessions.delete(frame.session);
    await session.close();
    return { logs: log.slice(session.firstLog) };
  },
};

function found(frame) {
  const session = sessions.get(frame.session);
  if (session === undefined) throw new RangeError(`no such session: ${frame.session}`);
  return session;
}

async function obey(frame) {
  const operation = operations[frame.op];
  if (operation === undefined) throw new RangeError(`no such operation: ${frame.op}`);
  return operation(frame);
}

for await (const line of createInterface({ input: process.stdin })) {
  const frame = JSON.parse(line);
  obey(frame).then(
    (ok) => tell({ id: frame.id, ok }),
    (error) => {
      const protocol = { error: { kind: 'protocol', message: inspect(error) } };
      tell({ id: frame.id, ...(error instanceof AxiomoError ? failed(error) : protocol) });
    },
  );
}
await Promise.all([...sessions.values()].map((session) => session.finish()));
