import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktopEntry } from '../../packages/cli/src/launcher/linux-launcher.ts';
import { mallocVariables } from '../../packages/cli/src/malloc-variables.ts';
import { runTool } from '../../packaging/steps/run-tool.ts';
import { acceptKey, sandboxApiKey } from '../end-to-end/harness/sandbox-api-key.ts';
import { keepsItsKeyInTheKeychain, trustsTheSystemsCertificates } from './installed-behaviour.ts';
import {
  claudeProgram,
  type InstalledProgram,
  installedProgram,
  type TestPlace,
  testPlace,
} from './installed-program.ts';

const root = resolve(import.meta.dirname, '../..');
let place: TestPlace;
let alone: InstalledProgram;
let installed: string;

/** Built by the one command; the executable is moved away from everything, the package unpacked as dpkg would. */
beforeAll(async () => {
  place = testPlace();
  const built = await runTool(process.execPath, [join(root, 'packaging/linux.ts'), join(place.path, 'dist')]);
  const [, executable = '', deb = ''] = built.trim().split('\n');
  const moved = join(place.path, 'alone/postern');
  mkdirSync(join(place.path, 'alone'));
  copyFileSync(executable, moved);
  alone = installedProgram(moved, place);
  installed = join(place.path, 'installed');
  await runTool('dpkg-deb', ['--extract', deb, installed]);
});
afterAll(() => place.close());

describe('the single executable', () => {
  it('says its version without Node, and how to get the Agent SDK’s program where it is missing', async () => {
    const variables = { PATH: '/usr/bin:/bin' };
    expect(await alone.run(['--version'], { variables })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    const { stderr } = await alone.run(['ask', 'Hello', '--sandbox'], { variables });
    expect(stderr).toMatch(/npm install --global @anthropic-ai\/claude-agent-sdk@\d+\.\d+\.\d+/);
    expect(stderr).toContain('POSTERN_CLAUDE_PROGRAM');
  });

  it('starts in the sandbox, serves its window, and answers through the program that is named', async () => {
    const exitCode = await alone.whileRunning(
      async ({ ready, client }) => {
        expect(await client.health()).toMatchObject({ mode: 'sandbox', missing: [] });
        expect(await (await fetch(ready.url)).text()).toContain('<title>Postern</title>');
        await acceptKey(ready.sandboxUrl ?? '');
        await client.updateSettings({ apiKey: sandboxApiKey });
        const answer = await alone.run(['ask', 'Say hello', '--json']);
        expect(JSON.parse(answer.stdout)).toMatchObject({ stopReason: 'end_turn', error: null });
        expect((await client.conversations()).items).toHaveLength(1);
      },
      { POSTERN_CLAUDE_PROGRAM: claudeProgram },
    );
    expect(exitCode).toBe(0);
    // Nothing that was not compared is run: what Node compiled could not be.
    const unpacked = readdirSync(join(alone.homeDir, '.cache/postern/program'), { recursive: true });
    expect(unpacked.filter((name) => String(name).endsWith('launch.cjs'))).toHaveLength(1);
    expect(unpacked.filter((name) => String(name).includes('.compile-cache'))).toEqual([]);
  });

  it('keeps its sealing key in the system’s keychain, and trusts the certificates that the system trusts', async () => {
    await keepsItsKeyInTheKeychain(alone, place);
    await trustsTheSystemsCertificates(alone, place);
  });

  it('F52 loads nothing that NODE_OPTIONS names, and refuses to start with it', async () => {
    const evil = join(place.path, 'evil.cjs');
    const mark = join(place.path, 'evil-was-here');
    writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    const variables = { NODE_OPTIONS: `--require ${evil}` };
    expect(await alone.run(['start', '--sandbox', '--no-open'], { variables })).toMatchObject({
      exitCode: 78,
    });
    expect(existsSync(mark)).toBe(false);
  });

  it('says so where its files cannot be unpacked', async () => {
    const file = join(place.path, 'no-directory');
    writeFileSync(file, '');
    const { exitCode, stderr } = await alone.run(['--version'], { variables: { XDG_CACHE_HOME: file } });
    expect([exitCode, stderr]).toEqual([73, expect.stringContaining('could not be unpacked')]);
  });
});

describe('the Debian package', () => {
  it('starts by /usr/bin/postern and finds the program beside the executable', async () => {
    expect(readlinkSync(join(installed, 'usr/bin/postern'))).toBe('../lib/postern/postern');
    writeFileSync(join(installed, 'usr/lib/postern/claude'), `#!/bin/sh\nexec '${claudeProgram}' "$@"\n`, {
      mode: 0o755,
    });
    const postern = installedProgram(join(installed, 'usr/bin/postern'), place);
    const exitCode = await postern.whileRunning(async ({ client }) => {
      expect(await client.health()).toMatchObject({ status: 'ok', missing: [] });
    });
    expect(exitCode).toBe(0);
  });

  it('brings a manual page, completion, a launcher with an icon, and the licences', () => {
    const manual = gunzipSync(readFileSync(join(installed, 'usr/share/man/man1/postern.1.gz'))).toString();
    for (const command of ['start', 'ask [prompt]', 'key set', 'doctor'])
      expect(manual).toContain(`.B ${command}`);
    const share = (path: string): string => readFileSync(join(installed, 'usr/share', path), 'utf8');
    expect(share('bash-completion/completions/postern')).toContain(
      'complete -o filenames -F _postern postern',
    );
    expect(share('applications/postern.desktop')).toBe(desktopEntry('postern'));
    for (const size of ['192x192', '512x512'])
      expect(existsSync(join(installed, `usr/share/icons/hicolor/${size}/apps/postern.png`)), size).toBe(
        true,
      );
    expect(share('icons/hicolor/scalable/apps/postern.svg')).toContain('<svg');
    expect(share('doc/postern/copyright')).toContain('Apache-2.0');
    for (const name of ['node-licence', 'third-party-notices'])
      expect(existsSync(join(installed, `usr/share/doc/postern/${name}.txt.gz`)), name).toBe(true);
  });

  it('brings a user unit that systemd takes', async () => {
    const unit = readFileSync(join(installed, 'usr/lib/systemd/user/postern.service'), 'utf8');
    expect(unit).toMatch(/^ExecStart=\/usr\/bin\/postern start --no-open$/m);
    for (const [name, value] of Object.entries(mallocVariables))
      expect(unit).toContain(`\nEnvironment=${name}=${value}\n`);
    const analyze = '/usr/bin/systemd-analyze';
    // Where there is no systemd, there is nobody to ask.
    if (!existsSync(analyze)) return;
    const checked = join(place.path, 'postern.service');
    writeFileSync(checked, unit.replace('/usr/bin/postern', join(installed, 'usr/lib/postern/postern')));
    const asked = ['XDG_RUNTIME_DIR=/tmp', analyze, 'verify', '--user', '--man=no', checked];
    expect(await runTool('/usr/bin/env', asked)).toBe('');
  });
});
