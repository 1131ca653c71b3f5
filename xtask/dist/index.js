// Finds the binary of this platform.

'use strict';

const { name, optionalDependencies } = require('./package.json');

/** Returns the path of the binary. Throws if there is no package for this platform, or npm left it out. */
exports.binary = () => {
  const suffix = `-${process.platform}-${process.arch}`;
  const wanted = Object.keys(optionalDependencies).find((it) => it.endsWith(suffix));
  if (!wanted) throw new Error(`${name} has no binary for ${process.platform}-${process.arch}: build it with cargo`);
  try {
    return require.resolve(`${wanted}/${name}${process.platform === 'win32' ? '.exe' : ''}`);
  } catch {
    throw new Error(`${wanted} is not installed: install ${name} again, with optional dependencies`);
  }
};
