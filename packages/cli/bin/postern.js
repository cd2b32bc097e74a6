#!/usr/bin/env node
// Plain JavaScript, because Node must keep what it compiled before it strips the first type: with what it kept last time it
// neither starts its TypeScript compiler nor holds it in memory. It lies beside the packages, where only code of ours already is.
// An older Node has no such export, and would end before the first line.
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) >= 24) {
  nodeModule.enableCompileCache(
    fileURLToPath(new URL('../../../node_modules/.cache/postern', import.meta.url)),
  );
  // The options of all commands may stand before it.
  const isStatusline = process.argv.includes('statusline', 2);
  if (!isStatusline || !(await import('./statusline.ts')).printStatusline(process.argv.slice(2)))
    await import('./postern.ts');
} else {
  process.stderr.write(`postern: Node 24 or newer is needed, this is ${process.version}.\n`);
  process.exitCode = 69;
}
