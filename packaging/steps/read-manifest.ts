import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a `package.json` that building reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Reads the `package.json` of a directory; what it does not say is empty. */
export function readManifest(directory: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Partial<Manifest>;
  return {
    name: manifest.name ?? '',
    version: manifest.version ?? '',
    description: manifest.description ?? '',
    license: manifest.license ?? '',
    engines: manifest.engines ?? {},
    dependencies: manifest.dependencies ?? {},
    devDependencies: manifest.devDependencies ?? {},
  };
}
