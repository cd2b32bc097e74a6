#!/usr/bin/env -S node --use-system-ca
'use strict';
// Written so that any old Node can read it: it says what is missing where the rest would only be a syntax error.
const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  // What Node has compiled is kept beside the code, where whoever can write could write code as well. Not by the single executable: it trusts
  // no file that it has not compared.
  if (!require('node:sea').isSea())
    require('node:module').enableCompileCache(require('node:path').join(__dirname, '.compile-cache'));
  // The options of all commands may stand before it.
  const isStatusline = process.argv.includes('statusline', 2);
  if (!isStatusline || !require('./statusline.cjs').printStatusline(process.argv.slice(2)))
    void import('./postern.js');
} else {
  process.stderr.write(`postern: Node 24 or newer is needed, this is ${process.version}.\n`);
  process.exitCode = 69;
}
