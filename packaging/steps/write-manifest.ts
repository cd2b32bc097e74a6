import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedPackages } from './bundle-code.ts';
import { checkout } from './places.ts';
import { readManifest } from './read-manifest.ts';

/** What the Agent SDK asks to stand beside it; npm would choose their versions by itself. */
const peersOfTheSdk = ['@anthropic-ai/sdk', '@modelcontextprotocol/sdk', 'zod'] as const;

/** Writes the `package.json` of the installed program, every dependency at the one version it was tested with. */
export function writeManifest(directory: string): void {
  const workspace = readManifest(checkout);
  const sidecar = readManifest(join(checkout, 'packages/sidecar'));
  const dependencies = [...installedPackages, ...peersOfTheSdk].map((name) => {
    const version = sidecar.dependencies[name];
    if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version))
      throw new Error(`packages/sidecar/package.json pins no exact version of ${name}`);
    return [name, version] as const;
  });
  const manifest = {
    name: 'postern',
    version: workspace.version,
    description: workspace.description,
    license: workspace.license,
    // Nobody publishes it by accident.
    private: true,
    type: 'module',
    bin: { postern: 'launch.cjs' },
    // What Node compiled where it has been started there is of that machine.
    files: ['**/*', '!.compile-cache/**'],
    engines: workspace.engines,
    dependencies: Object.fromEntries(dependencies.toSorted(([a], [b]) => a.localeCompare(b))),
  };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
