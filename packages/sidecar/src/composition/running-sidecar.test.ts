import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { instanceLockPath } from './instance-lock.ts';
import { findRunning } from './running-sidecar.ts';

/** A data directory that is held, as by a sidecar that stops: its file is gone. */
function held() {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-running-'));
  const lock = new DatabaseSync(instanceLockPath(dataDir));
  let isOpen = true;
  const letGo = (): void => {
    if (isOpen) lock.close();
    isOpen = false;
  };
  onTestFinished(() => {
    letGo();
    rmSync(dataDir, { recursive: true, force: true });
  });
  lock.exec('BEGIN EXCLUSIVE');
  return { dataDir, letGo };
}

it('is not waited for once it has let go of its directory', async () => {
  const { dataDir, letGo } = held();
  const startedAt = performance.now();
  const found = findRunning(dataDir, startedAt + 15_000);
  setTimeout(letGo, 200);
  expect(await found).toBe('let_go');
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

it('is given up while it holds its directory and does not say where it listens', async () => {
  const { dataDir } = held();
  expect(await findRunning(dataDir, performance.now() + 300)).toBe(null);
});
