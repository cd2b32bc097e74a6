/** A program for tests that prints what its last argument says, after doing what the first ones say. */
import { writeSync } from 'node:fs';

const [what = '', value = ''] = process.argv.slice(2);
switch (what) {
  case 'print':
    writeSync(1, `${value}\n`);
    writeSync(2, 'canary-on-stderr\n');
    break;
  case 'environment':
    writeSync(1, Object.keys(process.env).join(','));
    break;
  case 'fail':
    writeSync(1, value);
    process.exitCode = 3;
    break;
  case 'flood':
    for (let piece = 0; piece < 100; piece += 1) writeSync(1, 'x'.repeat(1024));
    break;
  case 'hang':
    setTimeout(() => undefined, 60_000);
    break;
}
