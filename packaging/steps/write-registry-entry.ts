import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './places.ts';
import { readManifest } from './read-manifest.ts';

/** Also the name of its folder in the registry, and of the npm package. */
const id = 'postern';

/**
 * Writes what the registry of ACP agents, from which editors install them, wants of Postern: `agent.json` and a 16 × 16 icon in one colour.
 * A release adds its repository. Source: agentclientprotocol/registry, FORMAT.md, CONTRIBUTING.md and agent.schema.json,
 * read on 2026-11-30. @returns the folder, in `output`
 */
export function writeRegistryEntry(output: string): string {
  const { version, license } = readManifest(checkout);
  const entry = {
    id,
    name: 'Postern',
    version,
    description:
      'Claude with the sign-in you are entitled to. Shows who pays, keeps to your spending caps, and falls back only as you allow.',
    license,
    license_url: 'https://www.apache.org/licenses/LICENSE-2.0',
    distribution: { npx: { package: `${id}@${version}`, args: ['acp'] } },
  };
  const directory = join(output, 'acp-registry', id);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'agent.json'), `${JSON.stringify(entry, null, 2)}\n`);
  copyFileSync(join(checkout, 'packaging/acp-registry/icon.svg'), join(directory, 'icon.svg'));
  return directory;
}
