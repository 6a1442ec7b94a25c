// A gate in a pipeline: ends with 1 when a pull request is too risky, and with 2 when that cannot be known.
//
// node gate.mjs https://github.com/owner/repo/pull/123 --fail-on high

import { parseArgs } from 'node:util';

import { Axiomo, AxiomoError, RISK_LEVELS } from 'axiomo';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'fail-on': { type: 'string', default: 'high' } },
});
const limit = RISK_LEVELS.indexOf(values['fail-on']);
if (positionals.length !== 1 || limit < 0) {
  console.error(`usage: gate.mjs URL [--fail-on ${RISK_LEVELS.join('|')}]`);
  process.exit(2);
}

try {
  const { signal } = await new Axiomo().analyze(positionals[0]);
  const level = RISK_LEVELS.indexOf(signal.risk.level);
  // Nothing passes because it is not understood.
  if (level < 0) throw new RangeError(`its level is ${signal.risk.level}`);
  console.log(`${signal.risk.level}: ${signal.pr.title}`);
  for (const { contribution, title, detail } of signal.risk.drivers) {
    if (contribution) console.log(`  ${contribution.toFixed(2)} ${title}: ${detail}`);
  }
  process.exitCode = level >= limit ? 1 : 0;
} catch (error) {
  if (!(error instanceof AxiomoError || error instanceof RangeError)) throw error;
  console.error(`The risk cannot be known: ${error.message}`);
  process.exitCode = 2;
}
