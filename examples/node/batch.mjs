// Scores pull requests, an address a line on stdin, and says how far it is. Ctrl-C ends it, and what is under way.
//
// node batch.mjs < pull-requests.txt > risks.ndjson

import { createInterface } from 'node:readline';

import { Axiomo } from 'axiomo';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

const batch = new Axiomo().analyzeMany(createInterface({ input: process.stdin }), { signal: stop.signal });
let failed = 0;
for await (const { input, analysis, error, repeats } of batch) {
  // The pull request was there before, with its result.
  if (repeats !== null) continue;
  if (error) failed++;
  const { level, score } = analysis?.signal.risk ?? {};
  console.log(JSON.stringify({ url: input, level, score, error: error?.message }));
  const { done, waiting, etaMs } = batch.progress();
  const left = etaMs === null ? '' : `, about ${Math.ceil(etaMs / 60_000)} min left`;
  process.stderr.write(`\r${done} done, ${waiting} waiting${left} `);
}
process.stderr.write('\n');
process.exitCode = failed > 0 ? 1 : 0;
