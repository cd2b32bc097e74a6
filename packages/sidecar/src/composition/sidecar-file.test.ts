import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepSidecarFile, readSidecarFile } from './sidecar-file.ts';

const file = {
  pid: process.pid,
  url: 'http://127.0.0.1:4711',
  token: 'token-of-this-launch',
  startedAt: '2026-11-28T10:00:00.000Z',
  version: '0.1.0',
};

/** Short ones: what is tested is the order of things, and how often. */
const times = { settleMs: 10, shortestIntervalMs: 100, unwatchedIntervalMs: 5_000 };
/** Longer than it takes to write a deleted one again. */
const longEnoughMs = 300;

function place(): { readonly dataDir: string; readonly path: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-sidecar-file-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, path: join(dataDir, 'sidecar.json') };
}

it('comes back as often as it is deleted, and when it is damaged, readable by its owner alone', async () => {
  const { dataDir, path } = place();
  const lines: string[] = [];
  const close = keepSidecarFile(dataDir, file, (line) => lines.push(line), times);
  onTestFinished(close);
  const spoil = [
    () => rmSync(path),
    () => rmSync(path),
    () => writeFileSync(path, ''),
    () => chmodSync(path, 0o644),
  ];
  for (const how of spoil) {
    how();
    expect(readSidecarFile(dataDir)).toBe(null);
    await expect.poll(() => readSidecarFile(dataDir), { timeout: 5_000, interval: 10 }).toEqual(file);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(lines).toHaveLength(spoil.length);
});

it('is not fought over: a file of another process stays', async () => {
  const { dataDir, path } = place();
  onTestFinished(keepSidecarFile(dataDir, file, () => undefined, times));
  const other = `${JSON.stringify({ ...file, pid: process.ppid })}\n`;
  writeFileSync(path, other, { mode: 0o600 });
  await new Promise((resolve) => setTimeout(resolve, longEnoughMs));
  expect(readFileSync(path, 'utf8')).toBe(other);
});

it('is gone for good once the sidecar stops', async () => {
  const { dataDir, path } = place();
  const close = keepSidecarFile(dataDir, file, () => undefined, times);
  rmSync(path);
  close();
  await new Promise((resolve) => setTimeout(resolve, longEnoughMs));
  expect(readSidecarFile(dataDir)).toBe(null);
});
