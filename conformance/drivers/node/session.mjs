// One client and its calls.

import { inspect } from 'node:util';

import { Axiomo, AxiomoError, CancelHandle } from '../../../bindings-node/dist/index.mjs';
import { VirtualClock } from '../../../bindings-node/dist/testing.mjs';

export class Session {
  #calls = new Map();
  #ending = new Set();

  constructor(frame, firstLog) {
    this.firstLog = firstLog;
    const { api_key: apiKey, base_url: baseUrl, ca_pem: rootCertificate, conductor } = frame;
    this.client = new Axiomo({
      ...options(frame.options),
      ...(apiKey === null || apiKey === undefined ? { anonymous: true } : { apiKey }),
      ...(rootCertificate && { rootCertificate }),
      ...(conductor && { clock: VirtualClock.conducted(conductor) }),
      baseUrl,
    });
  }

  call(frame) {
    const given = { ...options(frame.options), cancel: this.#handle(frame.call) };
    const end = this.#end(frame, given).finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }

  async #end(frame, given) {
    const begun = { event: 'done', session: frame.session, call: frame.call };
    try {
      tell({ ...begun, ...(await this.#made(frame, given)) });
    } catch (error) {
      tell({ ...begun, ...failed(error), ...(error instanceof TypeError && { began: false }) });
    }
  }

  async #made(frame, given) {
    const args = frame.args ?? {};
    switch (frame.method) {
      case 'analyze':
        return whole(await this.client.analyze(request(args), given), frame);
      case 'scan':
        return whole(await this.client.scan(args.scan_id, given), frame);
      case 'analyze_many': {
        const { items, ...shape } = args;
        for await (const item of this.client.analyzeMany(items.map(request), { ...options(shape), ...given })) {
          tell({ event: 'item', session: frame.session, call: frame.call, index: item.index, ...outcome(item, frame) });
        }
        return { ok: {} };
      }
      default:
        return { ok: this.client.rateLimit(), began: false };
    }
  }

  cancel(call) {
    this.#handle(call).cancel();
  }

  /** It may be cancelled before it is made. */
  #handle(call) {
    if (!this.#calls.has(call)) this.#calls.set(call, new CancelHandle());
    return this.#calls.get(call);
  }

  async close() {
    for (const call of this.#calls.values()) call.cancel();
    await this.finish();
    this.client.close();
  }

  async finish() {
    await Promise.all(this.#ending);
  }
}

export function tell(frame) {
  // Here JSON has no bigints of its own.
  const text = JSON.stringify(frame, (_, value) => (typeof value === 'bigint' ? `bigint ${value}` : value));
  process.stdout.write(`${text.replace(/"bigint (-?\d+)"/g, '$1')}\n`);
}

/** Lengths of time are in milliseconds here, and names have humps. */
function options(given) {
  const entries = Object.entries(given ?? {}).map(([name, value]) => {
    const [stem, times, ending] = name.endsWith('_s') ? [name.slice(0, -2), 1000, 'Ms'] : [name, 1, ''];
    const camel = stem.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    return [`${camel}${ending}`, times === 1 ? value : value * times];
  });
  return Object.fromEntries(entries);
}

/** An address as it is, or a request. */
function request(given) {
  const isAddress = given !== null && typeof given === 'object' && Object.keys(given).join() === 'url';
  return isAddress ? given.url : given;
}

function outcome(item, frame) {
  if (item.error !== null) return failed(item.error);
  return item.repeats !== null ? { repeats: item.repeats } : whole(item.result(), frame);
}

function whole(analysis, frame) {
  const ok = {
    signal_id: analysis.signalId,
    signal_url: analysis.signalUrl,
    signal: analysis.signal,
    raw: analysis.raw,
    extra: Object.fromEntries((frame.extra ?? []).map((path) => [path, analysis.extra(path)])),
    debug: inspect(analysis),
  };
  return { ok, meta: analysis.meta };
}

export function failed(error) {
  const shown = { display: String(error), debug: inspect(error) };
  if (error instanceof AxiomoError) return { error: { ...error.toJSON(), ...shown } };
  return { error: { kind: 'type', message: error.message, ...shown } };
}
