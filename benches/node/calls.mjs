// Makes calls with one client and prints what they took, as JSON. `cargo xtask bench --node` runs it.

const PULL_REQUEST = 'https://github.com/example/ledger/pull/4127';
const KEY = 'ax_0000000000000000000000000000000000';
const BODY = { url: PULL_REQUEST };
const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
const AT_ONCE = 64;

// Each gives the risk's level, so that the answer was read.
const CLIENTS = {
  async axiomo(baseUrl) {
    const { Axiomo } = await import('axiomo');
    const client = new Axiomo({ apiKey: KEY, baseUrl, pacing: 'off' });
    return async () => (await client.analyze(PULL_REQUEST)).signal.risk.level;
  },
  async undici(baseUrl) {
    const { Agent, request } = await import('undici');
    const dispatcher = new Agent({ connections: AT_ONCE, keepAliveTimeout: 60_000 });
    return async () => {
      const options = { method: 'POST', headers: HEADERS, body: JSON.stringify(BODY), dispatcher };
      return (await (await request(`${baseUrl}/analyze`, options)).body.json()).signal.risk.level;
    };
  },
  async fetch(baseUrl) {
    return async () => {
      const answer = await fetch(`${baseUrl}/analyze`, { method: 'POST', headers: HEADERS, body: JSON.stringify(BODY) });
      return (await answer.json()).signal.risk.level;
    };
  },
  async axios(baseUrl) {
    const { default: axios } = await import('axios');
    const { Agent } = await import('node:http');
    const httpAgent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, maxFreeSockets: AT_ONCE });
    const client = axios.create({ baseURL: baseUrl, headers: HEADERS, httpAgent });
    return async () => (await client.post('/analyze', BODY)).data.signal.risk.level;
  },
};

async function timed(call, count, took) {
  for (let made = 0; made < count; made++) {
    const began = performance.now();
    if ((await call()) !== 'high') throw new Error('another answer');
    took.push((performance.now() - began) * 1e3);
  }
}

async function all(call, mode, count, took) {
  const workers = mode === 'sequential' ? 1 : AT_ONCE;
  const began = performance.now();
  await Promise.all(Array.from({ length: workers }, () => timed(call, Math.ceil(count / workers), took)));
  return (performance.now() - began) / 1e3;
}

const [mode, client, baseUrl, count] = process.argv.slice(2);
const call = await CLIENTS[client](baseUrl);
await all(call, mode, Number(count) / 5, []);
const took = [];
const before = process.cpuUsage();
const seconds = await all(call, mode, Number(count), took);
const { user, system } = process.cpuUsage(before);
took.sort((one, other) => one - other);
console.log(
  JSON.stringify({
    median_us: took[Math.floor(took.length / 2)],
    p99_us: took[Math.floor(took.length * 0.99)],
    cpu_us: (user + system) / took.length,
    per_second: took.length / seconds,
  }),
);
process.exit(0);
