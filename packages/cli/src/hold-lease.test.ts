import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { quietContext } from '../test/quiet-context.ts';
import type { RunningSidecar } from './find-sidecar.ts';
import { holdLease } from './hold-lease.ts';

/** A sidecar that nobody can reach any longer, and whose process is there: dying, or dead and not waited for by who started it. */
async function lost() {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'postern-hold-')));
  const child = spawn('sleep', ['600']);
  const holding = new AbortController();
  const said: string[] = [];
  onTestFinished(async () => {
    holding.abort();
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });
  const facts = { pid: child.pid ?? 0, url: 'http://127.0.0.1:9', token: 't' };
  const file = join(dataDir, 'sidecar.json');
  writeFileSync(file, JSON.stringify({ ...facts, startedAt: '2026-11-29T00:00:00.000Z', version: '0' }), {
    mode: 0o600,
  });
  const context = quietContext(dataDir, { io: { stderr: { write: (text: string) => said.push(text) } } });
  const client = {
    events: async function* () {
      yield* [];
    },
  };
  const running = { client, health: { mode: 'live' }, dataDir, pid: facts.pid, url: facts.url };
  holdLease(context, running as unknown as RunningSidecar, 'l1', holding.signal);
  await sleep(600);
  return { said, file, child };
}

it('is not told of an end while it is not known which one it was', async () => {
  const { said, child } = await lost();
  expect(said).toEqual([]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => said[0], { timeout: 5_000 }).toContain('Postern ended unexpectedly');
  await expect.poll(() => said[1], { timeout: 20_000 }).toContain('it did not start');
});

it('waits for one that was stopped', async () => {
  const { said, file } = await lost();
  rmSync(file);
  await expect.poll(() => said.length, { timeout: 5_000 }).toBe(1);
  await sleep(600);
  expect(said).toEqual([expect.stringContaining('Postern was stopped.')]);
});
