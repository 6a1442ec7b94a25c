import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { ANSWER, run, runTests, serve } from './support.mjs';

for (const file of ['../README.md', '../../docs/node.md']) {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const programs = [...text.matchAll(/```js\n([^]*?)```/g)].map((match) => match[1]);
  programs.forEach((program, index) => {
    test(`${file.replace(/^.*\//, '')}: program ${index + 1} does what it says`, async (t) => {
      const server = await serve(t);
      const rest = Array.from({ length: 20 }, () => ANSWER);
      await server.script([
        { on: { path: '/api/scans/no-such-scan' }, do: ['real'] },
        { on: {}, do: rest },
      ]);
      const variables = { AXIOMO_BASE_URL: server.baseUrl, AXIOMO_API_KEY: (await server.key()).key };
      const isTest = program.includes("'node:test'");
      const { error, code, out } = await (isTest ? runTests : run)(program, { variables });
      assert.equal(code, 0, error);
      assert.ok(!/undefined|\[object/.test(out), out);
      if (!program.includes('await')) assert.match(out, /^true\n/);
    });
  });
  assert.ok(programs.length > 0);
}
