import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { quietContext } from '../test/quiet-context.ts';
import { startedSidecar } from './started-sidecar.ts';

describe('the sidecar of an editor', () => {
  let dataDir: string;
  let server: Server;
  let asked: number;

  beforeEach(async () => {
    dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'postern-started-')));
    asked = 0;
    server = createServer((_request, response) => {
      asked += 1;
      response.setHeader('content-type', 'application/json').end('{"mode":"live"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const facts = { pid: process.pid, url: `http://127.0.0.1:${port}`, token: 't' };
    const file = { ...facts, startedAt: '2026-11-29T00:00:00.000Z', version: '0' };
    writeFileSync(join(dataDir, 'sidecar.json'), JSON.stringify(file), { mode: 0o600 });
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dataDir, { recursive: true, force: true });
  });

  const sidecar = () => startedSidecar(quietContext(dataDir));

  it('is not asked before each call whether it is well, and again after a while', async () => {
    const find = sidecar();
    const first = await find();
    for (let call = 0; call < 5; call += 1) expect(await find()).toBe(first);
    expect(asked).toBe(1);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 61_000);
    expect(await find()).toBe(first);
    expect(asked).toBe(2);
  });

  it('is looked for again once its file is gone', async () => {
    const find = sidecar();
    await find();
    rmSync(join(dataDir, 'sidecar.json'));
    await expect(find()).rejects.toMatchObject({ code: 'not_running' });
  });
});

describe('a sidecar that went away under an editor', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-again-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** As an editor starts it: without a mode. */
  const asked = () => ({ mode: null, dataDir: root, store: null, json: false });
  /** A running one, by its file; what it says of itself may change. */
  async function running(dataDir: string) {
    const health = { mode: 'sandbox' };
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(health));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const facts = { pid: process.pid, url: `http://127.0.0.1:${port}`, token: 't' };
    const file = { ...facts, startedAt: '2026-11-29T00:00:00.000Z', version: '0' };
    const write = () => writeFileSync(join(dataDir, 'sidecar.json'), JSON.stringify(file), { mode: 0o600 });
    write();
    return { health, write };
  }

  it('is started again in its own mode, never as the real one', async () => {
    await running(root);
    const said = join(root, 'args.json');
    const program = `require('fs').writeFileSync(${JSON.stringify(said)}, JSON.stringify(process.argv.slice(1)))`;
    const find = startedSidecar(
      quietContext(root, { options: asked(), selfCommand: [process.execPath, '-e', program, '--'] }),
      2_000,
    );
    expect((await find()).health.mode).toBe('sandbox');
    rmSync(join(root, 'sidecar.json'));
    await expect(find()).rejects.toMatchObject({ code: 'not_running' });
    expect(JSON.parse(readFileSync(said, 'utf8'))).toEqual(
      expect.arrayContaining(['start', '--sandbox', '--data-dir', root]),
    );
  });

  it('is not replaced by one of the other mode', async () => {
    const { health, write } = await running(root);
    const find = startedSidecar(quietContext(root, { options: asked() }));
    await find();
    rmSync(join(root, 'sidecar.json'));
    health.mode = 'live';
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 61_000);
    write();
    await expect(find()).rejects.toMatchObject({ code: 'data_dir_in_use' });
    vi.restoreAllMocks();
  });
});

describe('a sidecar that is started', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'postern-starts-')));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('and takes too long keeps no command from ending, which says what the start waits for', async () => {
    // As a start that waits for the keychain leaves them.
    const lock = new DatabaseSync(join(dataDir, 'instance.db'));
    onTestFinished(() => lock.close());
    lock.exec('BEGIN EXCLUSIVE');
    const note = { pid: process.pid, startedAt: '2026-11-29T19:02:03.456Z', waitsFor: 'keychain' };
    writeFileSync(join(dataDir, 'starting.json'), JSON.stringify(note), { mode: 0o600 });
    const command = `
      import { startedSidecar } from ${JSON.stringify(new URL('./started-sidecar.ts', import.meta.url).href)};
      import { quietContext } from ${JSON.stringify(new URL('../test/quiet-context.ts', import.meta.url).href)};
      const selfCommand = [process.execPath, '-e', 'setTimeout(() => undefined, 20_000)', '--'];
      const context = quietContext(${JSON.stringify(dataDir)}, { selfCommand });
      startedSidecar(context, 500)().catch(({ code, detail }) => console.log(code, detail));`;
    // Less than what it started lives for.
    const child = spawn(process.execPath, ['--input-type=module', '-e', command], { timeout: 15_000 });
    const [said, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(said).toMatch(
      /^not_running Still starting since .*, waiting for the keychain \(process \d+\)\. Look for a window/,
    );
    expect(exitCode).toBe(0);
  }, 25_000);

  it('is of the kind of sandbox that was asked for', async () => {
    const file = join(dataDir, 'args.json');
    const program = `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.argv.slice(1)))`;
    const options = { mode: 'sandbox', sandboxKind: 'platform', dataDir, store: null, json: false };
    const context = quietContext(dataDir, { options, selfCommand: [process.execPath, '-e', program, '--'] });
    await expect(startedSidecar(context)()).rejects.toMatchObject({ code: 'not_running' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
      expect.arrayContaining(['start', '--sandbox', '--sandbox-kind', 'platform']),
    );
  });

  it('gives back memory that it has freed, unless the person has said when', async () => {
    const file = join(dataDir, 'limit.txt');
    const program = `require('fs').writeFileSync(${JSON.stringify(file)}, process.env.MALLOC_TRIM_THRESHOLD_)`;
    for (const [own, passed] of [
      [{}, '131072'],
      [{ MALLOC_TRIM_THRESHOLD_: '1' }, '1'],
    ] as const) {
      const context = quietContext(dataDir, {
        environment: own,
        selfCommand: [process.execPath, '-e', program, '--'],
      });
      await expect(startedSidecar(context)()).rejects.toMatchObject({ code: 'not_running' });
      expect(readFileSync(file, 'utf8')).toBe(passed);
    }
  });
});
