import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as plist from 'plist';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandOptions, type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { desktopEntry } from '../launcher/linux-launcher.ts';

let world: CommandWorld;
let options: CommandOptions;
/** A home as awkward as it may be called. */
let home: string;
beforeEach(async () => {
  world = await createCommandWorld();
  home = join(world.homeDir, `it's "100%" $x`);
  options = {
    platform: 'linux',
    environment: { XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') },
    selfCommand: [process.execPath, '--use-system-ca', '/opt/postern/launch.cjs'],
  };
});
afterEach(() => world.close());

const install = (...more: readonly string[]) => world.run(['install-launcher', ...more], options);
const entryPath = () => join(home, 'data/applications/postern.desktop');
const autostartPath = () => join(home, 'config/autostart/postern.desktop');
const filesIn = (directory: string): readonly string[] =>
  globSync('**/*', { cwd: directory })
    .filter((path) => !lstatSync(join(directory, path)).isDirectory())
    .toSorted();
const everything = [
  'config/autostart/postern.desktop',
  'config/mimeapps.list',
  'data/applications/postern.desktop',
  'data/icons/hicolor/192x192/apps/postern.png',
  'data/icons/hicolor/512x512/apps/postern.png',
  'data/icons/hicolor/scalable/apps/postern.svg',
  'data/postern-launcher/installed.json',
  'data/postern-launcher/postern-launch',
];

describe.skipIf(process.platform === 'win32')('postern install-launcher on Linux', () => {
  it('writes an entry, icons, a script and the handler of links, and says which files', async () => {
    const { exitCode, stdout } = await install('--start-at-login', '--json');
    expect([exitCode, filesIn(home)]).toEqual([0, everything]);
    const { written } = JSON.parse(stdout);
    expect(written).toHaveLength(everything.length - 1);
    expect(readFileSync(join(home, 'config/mimeapps.list'), 'utf8')).toContain(
      'x-scheme-handler/postern=postern.desktop',
    );
    const script = readFileSync(join(home, 'data/postern-launcher/postern-launch'), 'utf8');
    expect(script).toContain(
      `exec '${process.execPath}' '--use-system-ca' '/opt/postern/launch.cjs' '--data-dir' '${world.dataDir}' "$@"`,
    );
  });

  it('offers the sandbox only where it has a folder of its own', async () => {
    await install();
    expect(readFileSync(entryPath(), 'utf8')).not.toContain('sandbox');
    options = { ...options, environment: { ...options.environment, POSTERN_DATA_DIR: '' } };
    await install();
    expect(readFileSync(entryPath(), 'utf8')).toContain('--sandbox launch');
  });

  it('writes the entry that the Debian package ships', () => {
    const shipped = join(import.meta.dirname, '../../../../packaging/linux/postern.desktop');
    expect(readFileSync(shipped, 'utf8')).toBe(desktopEntry('postern'));
  });

  it('changes nothing the second time, and keeps the choice about the login until it is made anew', async () => {
    await install('--start-at-login');
    expect(JSON.parse((await install('--json')).stdout)).toMatchObject({
      written: [],
      removed: [],
      left: [],
    });
    expect(JSON.parse((await install('--json', '--no-start-at-login')).stdout)).toMatchObject({
      written: [],
      removed: [autostartPath()],
    });
    expect(existsSync(dirname(autostartPath()))).toBe(false);
    await install();
    expect(existsSync(autostartPath())).toBe(false);
  });

  it('starts with the Node that runs it now, and mends a script that lost its permission', async () => {
    await install();
    options = { ...options, selfCommand: ['/opt/node 26/node', '/opt/postern/launch.cjs'] };
    await install('--sandbox', '--store', 'memory');
    const path = join(home, 'data/postern-launcher/postern-launch');
    expect(readFileSync(path, 'utf8')).toContain(
      `'/opt/node 26/node' '/opt/postern/launch.cjs' '--sandbox' '--data-dir'`,
    );
    chmodSync(path, 0o644);
    await install('--sandbox', '--store', 'memory');
    expect(lstatSync(path).mode & 0o777).toBe(0o755);
  });

  it('starts a single file whose data directory is not there yet, and says where that file is gone', async () => {
    const single = join(world.homeDir, 'postern');
    writeFileSync(single, '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
    options = { ...options, selfCommand: [single] };
    await install('--data-dir', join(home, 'not there yet'));
    const start = () =>
      spawnSync(join(home, 'data/postern-launcher/postern-launch'), ['launch'], { encoding: 'utf8' });
    expect(start()).toMatchObject({ status: 0, stdout: `--data-dir|${join(home, 'not there yet')}|launch|` });
    rmSync(single);
    expect(start()).toMatchObject({
      status: 69,
      stderr: expect.stringContaining(`postern: Postern is gone: ${single}. Install`),
    });
  });

  it('removes exactly what it wrote', async () => {
    mkdirSync(join(home, 'data/applications'), { recursive: true });
    writeFileSync(join(home, 'data/applications/other.desktop'), 'of another');
    await install('--start-at-login');
    const { exitCode, stdout } = await install('--remove');
    expect([exitCode, filesIn(home)]).toEqual([0, ['data/applications/other.desktop']]);
    expect(stdout.match(/^Removed/gm)).toHaveLength(everything.length - 1);
    expect((await install('--remove')).stdout).toBe('There is no launcher to remove.\n');
  });

  it.each([
    ['a file', (path: string) => writeFileSync(path, 'of another')],
    ['a link', (path: string) => symlinkSync('/dev/null', path)],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('changes nothing where %s of another is in the way', async (_kind, put) => {
    mkdirSync(dirname(entryPath()), { recursive: true });
    put(entryPath());
    const { exitCode, stdout } = await install('--json');
    const { code, detail } = JSON.parse(stdout).error;
    expect([exitCode, code, detail]).toEqual([77, 'launcher_conflict', expect.stringContaining(entryPath())]);
    expect(filesIn(home).length).toBeLessThan(2);
  });

  it('leaves a file that was changed since', async () => {
    await install();
    writeFileSync(entryPath(), 'changed');
    expect((await install()).exitCode).toBe(77);
    expect((await install('--remove')).stdout).toContain(`Left     ${entryPath()}`);
    expect(filesIn(home)).toEqual(['data/applications/postern.desktop']);
  });

  it('knows what it wrote as its own where it could not write the next file', async () => {
    await install();
    options = { ...options, selfCommand: ['/opt/other/node', '/opt/postern/launch.cjs'] };
    writeFileSync(dirname(autostartPath()), 'a file, where a folder should be');
    const { exitCode, stdout } = await install('--start-at-login', '--json');
    const { code, detail } = JSON.parse(stdout).error;
    expect([exitCode, code, detail]).toEqual([
      69,
      'launcher_unavailable',
      expect.stringContaining(autostartPath()),
    ]);
    rmSync(dirname(autostartPath()));
    expect((await install()).exitCode).toBe(0);
    await install('--remove');
    expect(filesIn(home)).toEqual([]);
  });

  it('refuses a path that no launcher can hold', async () => {
    options = { ...options, selfCommand: ['/opt/a\nb/node', '/x'] };
    const { exitCode, stdout } = await install('--json');
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([69, 'launcher_unavailable']);
    expect(existsSync(home)).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('postern install-launcher on macOS', () => {
  it('writes an app and an agent whose property lists can be read, and removes them', async () => {
    options = { ...options, platform: 'darwin' };
    rmSync(join(world.homeDir, 'Applications'), { recursive: true, force: true });
    await install('--start-at-login');
    const contents = join(world.homeDir, 'Applications/Postern.app/Contents');
    const script = join(contents, 'MacOS/postern-launch');
    expect(plist.parse(readFileSync(join(contents, 'Info.plist'), 'utf8'))).toMatchObject({
      CFBundleExecutable: 'postern-launch',
      CFBundleIconFile: 'postern.icns',
    });
    const agent = join(world.homeDir, 'Library/LaunchAgents/org.postern.launcher.plist');
    expect(plist.parse(readFileSync(agent, 'utf8'))).toMatchObject({
      ProgramArguments: [script, 'start', '--no-open'],
      RunAtLoad: true,
    });
    const icns = readFileSync(join(contents, 'Resources/postern.icns'));
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
    expect(icns.subarray(16, 20)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    expect(execFileSync('/bin/sh', ['-n', script], { encoding: 'utf8' })).toBe('');
    await install('--remove');
    expect(filesIn(join(world.homeDir, 'Library'))).toEqual([]);
    expect(existsSync(contents)).toBe(false);
  });
});
