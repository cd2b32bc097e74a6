#!/usr/bin/env -S node --use-system-ca
'use strict';
// Written so that any old Node can read it: it says what is missing where the rest would only be a syntax error.
const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  const isSingleFile = require('node:sea').isSea();
  // glibc reads its limits when a program begins, and keeps 14 MB of what a start has freed without this one: see `mallocVariables`. So the
  // program begins once more, in the same process.
  const { execve, execPath, execArgv, argv, env } = process;
  if (
    process.platform === 'linux' &&
    !isSingleFile &&
    argv.includes('start', 2) &&
    !('MALLOC_TRIM_THRESHOLD_' in env)
  )
    try {
      execve.call(process, execPath, [execPath, ...execArgv, ...argv.slice(1)], {
        ...env,
        MALLOC_TRIM_THRESHOLD_: '131072',
      });
    } catch {
      // It goes on as it is.
    }
  // What Node has compiled is kept beside the code, where whoever can write could write code as well. Not by the single executable: it trusts
  // no file that it has not compared.
  if (!isSingleFile)
    require('node:module').enableCompileCache(require('node:path').join(__dirname, '.compile-cache'));
  // The options of all commands may stand before it.
  const isStatusline = process.argv.includes('statusline', 2);
  if (!isStatusline || !require('./statusline.cjs').printStatusline(process.argv.slice(2)))
    void import('./postern.js');
} else {
  process.stderr.write(`postern: Node 24 or newer is needed, this is ${process.version}.\n`);
  process.exitCode = 69;
}
