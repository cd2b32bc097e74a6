/**
 * `node packaging/linux.ts [output]`: builds the bundle, the single executable around it and the Debian package around that, in `dist/`.
 */
import { resolve } from 'node:path';
import { buildBundle } from './steps/build-bundle.ts';
import { buildDeb } from './steps/build-deb.ts';
import { buildExecutable } from './steps/build-executable.ts';
import { defaultOutput } from './steps/places.ts';

if (process.platform !== 'linux')
  throw new Error('The executable and the package are for Linux, and built on it.');
// Directories in the package are for everybody, whatever is usual here.
process.umask(0o022);
const output = resolve(process.argv[2] ?? defaultOutput);
const bundle = await buildBundle(output);
const executable = await buildExecutable(bundle, output);
const deb = await buildDeb(executable, bundle, output);
process.stdout.write(`${[bundle, executable, deb].join('\n')}\n`);
