// 100,000 calls, half of which fail or are aborted: what they leave behind, as JSON. It takes the address of a server that
// answers analyses at once. `cargo xtask test --deep node-soak` runs it.

import { readdirSync } from 'node:fs';

import { Axiomo } from 'axiomo';

const PULL_REQUEST = 'https://github.com/example/ledger/pull/4127';
const CALLS = 100_000;
const SETTLED = 20_000;
const AT_ONCE = 64;

const client = new Axiomo({ apiKey: 'ax_0000000000000000000000000000000000', baseUrl: process.argv[2], pacing: 'off' });
let begun = 0;
const outcomes = { fine: 0, failed: 0, aborted: 0 };

async function call(number) {
  if (number % 4 === 1) {
    // It fails before it is sent.
    return client.analyze('nonsense').catch(() => outcomes.failed++);
  }
  if (number % 4 === 3) {
    const controller = new AbortController();
    const call = client.analyze(PULL_REQUEST, { signal: controller.signal });
    if (number % 8 === 3) controller.abort('now');
    else setImmediate(() => controller.abort('later'));
    return call.then(
      () => outcomes.fine++,
      () => outcomes.aborted++,
    );
  }
  return client.analyze(PULL_REQUEST).then(({ signal }) => outcomes.fine++ && signal.risk.level);
}

async function work(until) {
  while (begun < until) await call(begun++);
}

async function measured(until) {
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(until)));
  for (let time = 0; time < 5; time++) {
    globalThis.gc?.();
    await new Promise(setImmediate);
  }
  return {
    rss_mib: process.memoryUsage().rss / 2 ** 20,
    handles: process.getActiveResourcesInfo().length,
    threads: readdirSync('/proc/self/task').length,
    descriptors: readdirSync('/proc/self/fd').length,
  };
}

const before = await measured(SETTLED);
const after = await measured(CALLS);
console.log(JSON.stringify({ calls: begun, outcomes, before, after }));
