#!/usr/bin/env node
// Runs the binary of the package for this platform, and exits as it does.

'use strict';

const { spawn } = require('node:child_process');
const { binary } = require('./index.js');

const child = spawn(binary(), process.argv.slice(2), { stdio: 'inherit' });
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
process.on('SIGINT', () => {}); // a terminal sends it to the binary too
process.on('SIGTERM', () => child.kill('SIGTERM'));
process.on('SIGHUP', () => child.kill('SIGHUP'));
child.on('error', (error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  for (const name of signals) process.removeAllListeners(name);
  if (signal) process.kill(process.pid, signal);
  else process.exit(code);
});
