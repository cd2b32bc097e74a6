/**
 * `node packaging/bundle.ts [output]`: builds `dist/postern/`, the program as it is installed: bundled JavaScript, the window's files
 * beside it, a `package.json` with exact pins. `npm pack ./dist/postern` makes a tarball of it.
 */
import { buildBundle } from './steps/build-bundle.ts';
import { defaultOutput } from './steps/places.ts';

const directory = await buildBundle(process.argv[2] ?? defaultOutput);
process.stdout.write(`${directory}\n`);
