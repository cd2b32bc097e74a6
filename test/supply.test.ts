import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { licencesDocument } from './supply/licences-document.ts';
import { lockedPackages, ownManifests, readManifest, root } from './supply/lock-file.ts';
import { directPackages, installedCount, runTimePackages } from './supply/run-time-packages.ts';

/** Packages whose install script is needed and was read; each would stand under `allowScripts` in package.json too. */
const allowedInstallScripts: readonly string[] = [];

/** Permissive ones only; and by name what is Anthropic's own. */
const permissive =
  /^(?:MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|PSF-2\.0|Unlicense|CC0-1\.0)$/;
const anthropics = /^@anthropic-ai\/claude-agent-sdk(?:-[\w-]+)?$/;

describe('what comes from others', () => {
  test('is pinned to one exact version, in every package of ours', () => {
    expect(ownManifests.length).toBeGreaterThan(5);
    const wanted = ownManifests.flatMap(({ name, dependencies, devDependencies, optionalDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).map(
        ([dependency, version]) => [name, dependency, version] as const,
      ),
    );
    // A package may go by another's name, as Preact does by React's.
    const exact = /^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;
    expect(wanted.filter(([, , version]) => !exact.test(version))).toEqual([]);
  });

  test('is checked against the lock file’s hash, and comes from no repository and no address of its own', () => {
    expect(lockedPackages.length).toBeGreaterThan(300);
    expect(lockedPackages.filter(({ integrity }) => !/^sha512-/.test(integrity ?? ''))).toEqual([]);
    const own = lockedPackages.filter(({ resolved = '' }) =>
      /^(?:git|file|http:)|github\.com/.test(resolved),
    );
    expect(own).toEqual([]);
  });

  test('runs no install script but those that were read', () => {
    const flagged = lockedPackages.filter(({ hasInstallScript }) => hasInstallScript === true);
    expect(flagged.map(({ name }) => name).filter((name) => !allowedInstallScripts.includes(name))).toEqual(
      [],
    );
    // The lock file only repeats what a package says; what is installed is looked at as well.
    const installed = lockedPackages.filter(({ path }) => existsSync(join(root, path, 'package.json')));
    expect(installed.length).toBeGreaterThan(200);
    const scripted = installed.filter(({ path }) => {
      const { scripts = {} } = readManifest(join(root, path));
      const isNative = existsSync(join(root, path, 'binding.gyp'));
      return isNative || ['preinstall', 'install', 'postinstall'].some((name) => scripts[name] !== undefined);
    });
    expect(scripted.map(({ name }) => name).filter((name) => !allowedInstallScripts.includes(name))).toEqual(
      [],
    );
  });

  test('has a permissive licence where it runs with Postern, or is Anthropic’s own', () => {
    const others = runTimePackages.filter(({ license }) => !permissive.test(license ?? ''));
    expect(others.map(({ name }) => name).filter((name) => !anthropics.test(name))).toEqual([]);
    expect(others.length).toBeGreaterThan(0);
  });

  test('is listed with its licence in docs/licences.md', async () => {
    await expect(licencesDocument()).toMatchFileSnapshot('../docs/licences.md');
  });

  test('is counted in docs/security.md, and wherever else a number is given', () => {
    const claim = `${directPackages.length} third-party packages, ${installedCount} with what they bring along`;
    expect(readFileSync(join(root, 'docs/security.md'), 'utf8').replaceAll(/\s+/g, ' ')).toContain(claim);
    const others = ['README.md', 'docs/benchmarks.md']
      .map((page) => readFileSync(join(root, page), 'utf8').replaceAll(/\s+/g, ' '))
      .flatMap((text) => text.match(/\d+ third-party packages, \d+ with what they bring along/g) ?? []);
    expect([...new Set(others)]).toEqual([claim]);
  });
});
