'use strict';

const { spawn } = require('node:child_process');

const { path } = require('./index.js');

/** Runs a program in the place of this one: with its arguments, signals and exit code. */
module.exports = function start(name) {
  let program;
  try {
    program = path(name);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${program} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const handled of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(handled);
    process.kill(process.pid, signal);
  });
};
