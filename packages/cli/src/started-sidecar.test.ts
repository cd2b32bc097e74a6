import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
