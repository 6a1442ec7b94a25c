// Makes of the sources the modules that are loaded, one of the client and one of the test kit: a file costs a start more
// than what is in it. Run by `npm run build`.

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const [source, dist] = [join(folder, 'source'), join(folder, 'dist')];
const HEAD = "// Made of the sources in the package's repository.\n";
/** What the test kit has of the client is there, and not among the names that users see. */
const FOOT = `const { VirtualClock: clock, forbidRealTime: forbid, ...names } = module.exports;
module.exports = Object.defineProperties(names, { VirtualClock: { value: clock }, forbidRealTime: { value: forbid } });`;
/** What only the test kit needs. The rest it has of the client, so that there is one of each class. */
const KIT = ['controls', 'journal', 'program', 'server'];

rmSync(dist, { recursive: true, force: true });
const compiler = join(folder, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '--project', 'source'], { cwd: folder, stdio: 'inherit' });

const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', banner: { js: HEAD } };
const common = { ...shared, format: 'cjs' };
const client = { entryPoints: [join(source, 'whole.ts')], outfile: join(dist, 'index.js'), footer: { js: FOOT } };
await build({ ...common, ...client });
await build({ ...shared, format: 'esm', entryPoints: [join(source, 'edge.mts')], outfile: join(dist, 'edge.mjs') });
const ofTheClient = {
  name: 'of-the-client',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const module = relative(source, resolve(resolveDir, path)).replaceAll('\\', '/');
      const isOfTheKit = KIT.some((name) => module === `testing/${name}.js`);
      return isOfTheKit ? undefined : { path: './index.js', external: true };
    });
  },
};
const kit = { entryPoints: [join(source, 'testing.ts')], outfile: join(dist, 'testing.js'), plugins: [ofTheClient] };
await build({ ...common, ...kit });

// An import of names that are listed needs no parser of what is required.
for (const name of ['index', 'testing']) {
  const entry = { entryPoints: [join(source, `${name}.ts`)], format: 'esm', write: false, metafile: true, outdir: dist };
  const { metafile } = await build({ ...shared, ...entry });
  const [{ exports }] = Object.values(metafile.outputs);
  const load = `createRequire(import.meta.url)('./${name}.js')`;
  const names = `{\n  ${exports.sort().join(',\n  ')},\n}`;
  const imported = `import { createRequire } from 'node:module';\nexport const ${names} = ${load};\n`;
  writeFileSync(join(dist, `${name}.mjs`), `${HEAD}${imported}`);
}
