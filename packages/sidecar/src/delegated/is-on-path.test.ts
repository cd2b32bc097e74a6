import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isOnPath } from './is-on-path.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'postern-path-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('finds a program in any folder of the path', async () => {
  const [empty, full] = [folder(), folder()];
  writeFileSync(join(full, 'ant'), '#!/bin/sh\n');
  chmodSync(join(full, 'ant'), 0o700);
  expect(await isOnPath('ant', ['', '/no/such/folder', empty, full].join(delimiter))).toBe(true);
});

it('takes nothing else for one', async () => {
  const place = folder();
  expect([await isOnPath('ant', place), await isOnPath('ant', ''), await isOnPath('ant', undefined)]).toEqual(
    [false, false, false],
  );
  writeFileSync(join(place, 'ant'), 'a text', { mode: 0o600 });
  expect(await isOnPath('ant', place)).toBe(false);
  rmSync(join(place, 'ant'));
  mkdirSync(join(place, 'ant'));
  expect(await isOnPath('ant', place)).toBe(false);
});
