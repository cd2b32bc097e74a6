import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from '../../run-command.ts';
import type { ServerUnderTest } from './suite.ts';

/** Files of a package that exists for several architectures are named after it. */
const debianArchitectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'amd64',
  arm64: 'arm64',
};

const suite = resolve(import.meta.dirname, '..');
/** The servers, and what LemonLDAP's portal loads at its start although its package only recommends or suggests it. */
const packages = [
  ...['glewlwyd', 'sqlite3', 'lemonldap-ng', 'libemail-sender-perl', 'libgd-securityimage-perl'],
  ...['libimage-magick-perl', 'libio-string-perl', 'libmime-tools-perl', 'libstring-random-perl'],
];

/** Installs the pinned servers into the suite's own folder, outside the workspaces. @throws Error with what npm said */
export async function installNodeServers(): Promise<void> {
  const lock = (folder: string): string | null => {
    const file = join(folder, 'package-lock.json');
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  };
  const installed = join(suite, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && isSame(readFileSync(installed, 'utf8'), lock(suite))) return;
  console.log('installing the servers of npm');
  const { exitCode, output } = await runCommand('npm', ['ci', '--ignore-scripts', '--prefix', suite]);
  if (exitCode !== 0) throw new Error(`the servers could not be installed:\n${output.slice(-2000)}`);
}

/** Installs the servers of Debian where that is possible; false where it is not. Their services are not started. */
export async function installDebianServers(): Promise<boolean> {
  if (packages.every(isInstalled)) return true;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.log(`installing ${packages.join(', ')} of Debian`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await runCommand('apt-get', ['update', '-qq'], { environment });
  const { exitCode, output } = await runCommand(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    { environment },
  );
  if (exitCode !== 0) console.log(output.slice(-2000));
  return exitCode === 0;
}

/** What the table says of a server's versions. */
export async function versionsOf({ from, packages: names }: ServerUnderTest): Promise<string> {
  if (from === 'npm') {
    const versions = names.map((name) => {
      const file = join(suite, 'node_modules', name, 'package.json');
      return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
    });
    return versions.join(' / ');
  }
  const { output } = await runCommand('dpkg-query', ['-W', '-f', '$' + '{Version} ', ...names]);
  return output.trim();
}

function isInstalled(name: string): boolean {
  const list = `/var/lib/dpkg/info/${name}`;
  return existsSync(`${list}.list`) || existsSync(`${list}:${debianArchitectures[process.arch]}.list`);
}

/** Whether what is installed is what the lock file names. */
function isSame(installed: string, lock: string | null): boolean {
  const versions = (text: string): string =>
    Object.entries((JSON.parse(text) as { packages: Record<string, { version?: string }> }).packages)
      .filter(([path]) => path !== '')
      .map(([path, { version }]) => `${path} ${version}`)
      .sort()
      .join('\n');
  return lock !== null && versions(installed) === versions(lock);
}
