/**
 * `node packaging/bundle.ts [output]`: builds `dist/postern/`, the program as it is installed: bundled JavaScript, the window's files
 * beside it, a `package.json` with exact pins. `npm pack ./dist/postern` makes a tarball of it. Beside it, `dist/acp-registry/postern/` is its
 * entry for the registry of agents that editors install from.
 */
import { buildBundle } from './steps/build-bundle.ts';
import { defaultOutput } from './steps/places.ts';
import { writeRegistryEntry } from './steps/write-registry-entry.ts';

const output = process.argv[2] ?? defaultOutput;
writeRegistryEntry(output);
process.stdout.write(`${await buildBundle(output)}\n`);
