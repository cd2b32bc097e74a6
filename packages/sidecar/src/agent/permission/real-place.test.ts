import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { realPlace } from './real-place.ts';

function folder(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'postern-place-')));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const name of ['in', 'out']) mkdirSync(join(dir, name));
  return dir;
}

it('is where a program would write, whether or not there is a file yet', async () => {
  const dir = folder();
  symlinkSync(join(dir, 'out'), join(dir, 'in/link'));
  symlinkSync('../out/later.txt', join(dir, 'in/dangling'));
  symlinkSync('dangling', join(dir, 'in/twice'));
  symlinkSync('/', join(dir, 'in/root'));
  writeFileSync(join(dir, 'out/there.txt'), 'x');
  symlinkSync(join(dir, 'out/there.txt'), join(dir, 'in/file'));
  const places = {
    'in/new/deep.txt': 'in/new/deep.txt',
    'in/link/there.txt': 'out/there.txt',
    'in/link/new/deep.txt': 'out/new/deep.txt',
    'in/link/../escaped.txt': 'in/escaped.txt',
    'in/dangling': 'out/later.txt',
    'in/twice': 'out/later.txt',
    'in/file': 'out/there.txt',
  };
  for (const [named, real] of Object.entries(places))
    expect(await realPlace(join(dir, named)), named).toBe(join(dir, real));
  expect(await realPlace(join(dir, 'in/root/postern-none/x'))).toBe('/postern-none/x');
});

it('is unknown for a loop of links and below a file', async () => {
  const dir = folder();
  symlinkSync('b', join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  writeFileSync(join(dir, 'file'), 'x');
  expect(await realPlace(join(dir, 'a'))).toBeNull();
  expect(await realPlace(join(dir, 'a/x'))).toBeNull();
  expect(await realPlace(join(dir, 'file/x'))).toBeNull();
});
