import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { probeHistory } from './probe-history.ts';

it('finds nothing wrong with a folder that can be written, and leaves nothing in it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'postern-probe-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  expect(await probeHistory(dir)).toBeNull();
  expect(readdirSync(dir)).toEqual([]);
  expect(await probeHistory(join(dir, 'not made yet'))).toBeNull();
});

it('says why a folder cannot be written', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'postern-probe-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'file'), '');
  expect(await probeHistory(join(dir, 'file'))).toBe('ENOTDIR');
});
