import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../../packaging/steps/run-tool.ts';
import { acceptKey, sandboxApiKey } from '../end-to-end/harness/sandbox-api-key.ts';
import { keepsItsKeyInTheKeychain, trustsTheSystemsCertificates } from './installed-behaviour.ts';
import { type InstalledProgram, installedProgram, type TestPlace, testPlace } from './installed-program.ts';

const root = resolve(import.meta.dirname, '../..');
let place: TestPlace;
let bundle: string;
let postern: InstalledProgram;

/** Built, packed and installed as a person does it: `npm pack`, then `npm install --global`. */
beforeAll(async () => {
  place = testPlace();
  bundle = (await runTool(process.execPath, [join(root, 'packaging/bundle.ts'), place.path])).trim();
  const tarball = (
    await runTool('npm', ['pack', '--silent', '--pack-destination', place.path, bundle])
  ).trim();
  // npm, where it is told to be strict about install scripts as this repository is, expects the folder to be there.
  const prefix = join(place.path, 'prefix');
  mkdirSync(join(prefix, 'lib'), { recursive: true });
  await runTool('npm', [
    ...['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund'],
    join(place.path, tarball),
  ]);
  postern = installedProgram(join(prefix, 'bin/postern'), place);
});
afterAll(() => place.close());

describe('the installed bundle', () => {
  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await postern.run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('keeps what Node compiled beside its code, for its next start', async () => {
    await postern.run(['--help']);
    const kept = join(place.path, 'prefix/lib/node_modules/postern/.compile-cache');
    const [version = ''] = readdirSync(kept);
    expect(readdirSync(join(kept, version)).length).toBeGreaterThan(2);
    expect(await postern.run(['--help'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('is plain ASCII, which Node keeps in half the memory', () => {
    const code = readdirSync(bundle).filter((name) => name.endsWith('.js'));
    expect(code).toContain('postern.js');
    const other = code.filter((name) => /\P{ASCII}/u.test(readFileSync(join(bundle, name), 'utf8')));
    expect(other).toEqual([]);
  });

  it('starts in the sandbox, serves its window, and answers through the Agent SDK’s installed program', async () => {
    const exitCode = await postern.whileRunning(async ({ ready, token, client }) => {
      expect(await client.health()).toMatchObject({ mode: 'sandbox', missing: [] });
      const page = await (await fetch(ready.url)).text();
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
      expect((await fetch(`${ready.url}${script}`)).status).toBe(200);
      // Made by a part of the bundle that nothing else loads.
      const bearer = { headers: { Authorization: `Bearer ${token}` } };
      const description = (await (await fetch(`${ready.url}/openapi.json`, bearer)).json()) as object;
      expect(description).toMatchObject({ openapi: '3.1.0', paths: { '/query': {} } });

      await acceptKey(ready.sandboxUrl ?? '');
      expect(await postern.run(['key', 'set'], { input: sandboxApiKey })).toMatchObject({ exitCode: 0 });
      const answer = await postern.run(['ask', 'Say hello', '--json']);
      expect(JSON.parse(answer.stdout)).toMatchObject({ stopReason: 'end_turn', error: null });
      // Read by a worker that imports the SDK from where it is installed.
      expect((await client.conversations()).items).toHaveLength(1);
    });
    expect(exitCode).toBe(0);
    expect(existsSync(join(postern.homeDir, 'data/sidecar.json'))).toBe(false);
  });

  it('keeps its sealing key in the system’s keychain, and trusts the certificates that the system trusts', async () => {
    await keepsItsKeyInTheKeychain(postern, place);
    await trustsTheSystemsCertificates(postern, place);
  });

  it('says what it needs where Node is too old, instead of a syntax error', async () => {
    const old = join(place.path, 'old-node.cjs');
    writeFileSync(
      old,
      "Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } });\n" +
        "Object.defineProperty(process, 'version', { value: 'v20.19.0' });\n",
    );
    const failure = await runTool(process.execPath, ['--require', old, join(bundle, 'launch.cjs')]).catch(
      (error: Error) => error.message,
    );
    expect(failure).toContain('postern: Node 24 or newer is needed, this is v20.19.0.');
  });

  it('pins every dependency, names no path of this machine, and carries the licences of what it bundles', () => {
    const manifest = JSON.parse(readFileSync(join(bundle, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(
      Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version)),
    ).toEqual([]);
    const texts = readdirSync(bundle)
      .filter((file) => /\.(js|json|cjs|txt|md)$/.test(file))
      .map((file) => readFileSync(join(bundle, file), 'utf8'));
    expect(texts.filter((text) => text.includes(root))).toEqual([]);
    const notices = readFileSync(join(bundle, 'third-party-notices.txt'), 'utf8');
    for (const name of ['fastify', 'oidc-provider', 'undici', 'zod', 'preact', 'commander'])
      expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  });
});
