import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '../..');

/** One package of the lock file. */
export interface LockedPackage {
  /** Its folder in the checkout: `node_modules/zod`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  /** Only for some platforms. */
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** As much of a `package.json` as is looked at here. */
export interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const entries = Object.entries(
  (
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<
        Record<string, Omit<LockedPackage, 'path' | 'name'> & { readonly link?: boolean }>
      >;
    }
  ).packages,
);

/** Every third-party package, whatever it is for. */
export const lockedPackages: readonly LockedPackage[] = entries
  .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  .map(([path, entry]) => ({ ...entry, path, name: path.split('node_modules/').at(-1) ?? '' }));

/** Our own packages, the workspace's root first. */
export const ownManifests: readonly (Manifest & { readonly folder: string })[] = entries
  .filter(([path]) => !path.includes('node_modules/'))
  .map(([folder]) => ({ ...readManifest(join(root, folder)), folder }));

/** @param folder absolute */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Everything that comes with these packages: their dependencies, the optional and the expected ones included, as Node would find them
 * from a folder of the checkout.
 */
export function closureOf(names: readonly string[], folder: string): readonly LockedPackage[] {
  const found = new Map<string, LockedPackage>();
  const visit = (name: string, from: string): void => {
    const entry = resolveFrom(name, from);
    if (entry === undefined || found.has(entry.path)) return;
    found.set(entry.path, entry);
    const { dependencies, optionalDependencies, peerDependencies } = entry;
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
      visit(next, entry.path);
  };
  for (const name of names) visit(name, folder);
  return [...found.values()];
}

function resolveFrom(name: string, from: string): LockedPackage | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    const entry = lockedPackages.find((each) => each.path === path);
    if (entry !== undefined || at === '') return entry;
  }
}
