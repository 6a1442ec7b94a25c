'use strict';

const { dirname, join } = require('node:path');

/** The names of this machine's packages, the likeliest first. */
function platforms() {
  const machine = `${process.platform}-${process.arch}`;
  // Which C library there is shows in which package was installed.
  if (process.platform === 'linux') return [`${machine}-gnu`, `${machine}-musl`];
  return [process.platform === 'win32' ? `${machine}-msvc` : machine];
}

/** Where a program is: `axiomo-mock-server` unless `axiomo` is asked for. */
exports.path = function path(name = 'axiomo-mock-server') {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const names = platforms().map((platform) => `@axiomo/mock-server-${platform}`);
  for (const platform of names) {
    try {
      return join(dirname(require.resolve(`${platform}/package.json`)), file);
    } catch {
      // The next may be there.
    }
  }
  throw new Error(
    `there is no ${name} for ${process.platform} ${process.arch}; looked for ${names.join(' and ')}. ` +
      'Install axiomo-mock-server with optional dependencies (npm install --include=optional), on the system on which it is to run.',
  );
};
