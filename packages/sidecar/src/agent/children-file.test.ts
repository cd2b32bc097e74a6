import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChildrenFile, endLeftovers } from './children-file.ts';
import { processFacts, startTicks } from './process-facts.ts';

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'postern-children-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** A process in a group of its own, as a child is. */
async function sleeper(): Promise<{
  readonly pid: number;
  readonly startedAt: string;
  readonly exited: Promise<unknown>;
}> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  const pid = child.pid ?? 0;
  return { pid, exited, startedAt: (await processFacts(pid))?.startedAt ?? '' };
}

describe('a program that a killed sidecar left behind (F31)', () => {
  it('is ended', async () => {
    const dir = dataDir();
    const file = new ChildrenFile(dir);
    const { pid, startedAt, exited } = await sleeper();
    file.add({ pid, startedAt, program: 'sleep', mark: 'no-such-mark' });
    await file.written();
    expect(statSync(join(dir, 'children.json')).mode & 0o777).toBe(0o600);

    expect(await endLeftovers(dir)).toBe(1);
    await exited;
    expect(existsSync(join(dir, 'children.json'))).toBe(false);
  });

  it.each([
    ['started at another time', { startedAt: 'earlier' }],
    ['is another program', { program: '/opt/claude' }],
  ])('is left alone where its number now belongs to one that %s', async (_, difference) => {
    const dir = dataDir();
    const { pid, startedAt } = await sleeper();
    const file = new ChildrenFile(dir);
    file.add({ pid, startedAt, program: 'sleep', mark: 'no-such-mark', ...difference });
    await file.written();

    expect(await endLeftovers(dir)).toBe(0);
    expect(process.kill(pid, 0)).toBe(true);
  });

  it('is nothing where the record is missing or spoilt', async () => {
    const dir = dataDir();
    expect(await endLeftovers(dir)).toBe(0);
    writeFileSync(join(dir, 'children.json'), '[{"pid":-1}]');
    expect(await endLeftovers(dir)).toBe(0);
  });
});

it('a program’s name with parentheses and spaces does not shift its start time', () => {
  const fields = Array.from({ length: 50 }, (_, at) => String(at + 3));
  expect(startTicks(`12 (a) b (c)) ${fields.join(' ')}`)).toBe('22');
});
