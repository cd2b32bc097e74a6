import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InvalidRequestError } from '../../errors/index.ts';
import { OwnedProcess } from './child-process.ts';
import { type ChildRecord, ChildRegistry, endLeftovers } from './child-registry.ts';
import { processFacts, startTicks } from './process-facts.ts';

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'postern-children-'));
  onTestFinished(() => rmSync(dir, { recursive: true, maxRetries: 5 }));
  return dir;
}

/** A process in a group of its own, as a child is, that starts another one. */
async function sleeper(): Promise<ChildRecord & { readonly exited: Promise<unknown> }> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  const pid = child.pid ?? 0;
  const startedAt = (await processFacts(pid))?.startedAt ?? '';
  return { pid, exited, startedAt, program: 'sleep', mark: 'no-such-mark', tempDir: null };
}

/** The number of a process that has ended, as a killed sidecar's. */
async function endedPid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

/** What a process that is gone left written down. */
async function leftBy(dir: string, ...children: readonly ChildRecord[]): Promise<void> {
  const file = new ChildRegistry(dir, await endedPid());
  for (const child of children) file.add(child);
  await file.written();
}

const isAlive = (pid: number): boolean => process.kill(pid, 0);

describe('a program that a killed process left behind (F31)', () => {
  it('is ended, and its temporary files go', async () => {
    const dir = dataDir();
    const tempDir = mkdtempSync(join(tmpdir(), 'postern-'));
    onTestFinished(() => rmSync(tempDir, { recursive: true, force: true, maxRetries: 5 }));
    writeFileSync(join(tempDir, 'claude-http.sock'), '');
    const { exited, ...child } = await sleeper();
    await leftBy(dir, { ...child, tempDir });
    const [name = ''] = readdirSync(dir);
    expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([
      expect.stringMatching(/^children-\d+\.json$/),
      0o600,
    ]);

    expect(await endLeftovers(dir)).toBe(1);
    await exited;
    expect([readdirSync(dir), existsSync(tempDir)]).toEqual([[], false]);
  });

  it('leaves no copy of a workspace’s skills behind, but those of a process that runs', async () => {
    const dir = dataDir();
    const [gone, own, running] = [`${await endedPid()}-mark`, `${process.pid}-mark`, `${process.ppid}-mark`];
    for (const name of [gone, own, running, 'precious'])
      mkdirSync(join(dir, 'staged', name, 'commands'), { recursive: true });
    await endLeftovers(dir);
    expect(readdirSync(join(dir, 'staged')).toSorted()).toEqual([running, 'precious'].toSorted());
  });

  it('takes nothing with it that is no temporary directory of a child', async () => {
    const dir = dataDir();
    const precious = join(dir, 'postern-precious');
    mkdirSync(precious);
    const { exited: _, ...child } = await sleeper();
    await leftBy(dir, { ...child, tempDir: precious });
    await endLeftovers(dir);
    expect(existsSync(precious)).toBe(true);
  });

  it('is ended alone where what it started is the person’s own, as the browser of a login is', async () => {
    const dir = dataDir();
    const login = spawn('sh', ['-c', 'sleep 61 & echo $!; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = new Promise((resolve) => login.once('exit', resolve));
    const browser = Number(await new Promise((resolve) => login.stdout.once('data', resolve)));
    onTestFinished(() => void process.kill(browser, 'SIGKILL'));
    const pid = login.pid ?? 0;
    const startedAt = (await processFacts(pid))?.startedAt ?? '';
    await leftBy(dir, { pid, startedAt, program: 'sh', mark: null, tempDir: null });

    expect(await endLeftovers(dir)).toBe(1);
    await exited;
    expect(isAlive(browser)).toBe(true);
  });

  it.each([
    ['started at another time', { startedAt: 'earlier' }],
    ['is another program', { program: '/opt/claude' }],
  ])('is left alone where its number now belongs to one that %s', async (_, difference) => {
    const dir = dataDir();
    const { exited: _exited, ...child } = await sleeper();
    await leftBy(dir, { ...child, ...difference });

    expect(await endLeftovers(dir)).toBe(0);
    expect(isAlive(child.pid)).toBe(true);
  });

  it('is nothing where the record is missing or spoilt', async () => {
    const dir = dataDir();
    expect(await endLeftovers(dir)).toBe(0);
    writeFileSync(join(dir, `children-${await endedPid()}.json`), '[{"pid":-1}]');
    writeFileSync(join(dir, `children-${await endedPid()}.json.new`), '{"own');
    expect([await endLeftovers(dir), readdirSync(dir)]).toEqual([0, []]);
  });
});

describe('two processes with children in one data directory', () => {
  it('keep a record each, and neither ends the other’s', async () => {
    const dir = dataDir();
    const [one, two] = [await sleeper(), await sleeper()];
    const other = await sleeper();
    const [sidecar, ask] = [new ChildRegistry(dir), new ChildRegistry(dir, other.pid)];
    sidecar.note(one);
    const asked = ask.note(two);
    await expect.poll(() => readdirSync(dir).length).toBe(2);
    expect(await endLeftovers(dir)).toBe(0);
    expect([isAlive(one.pid), isAlive(two.pid)]).toEqual([true, true]);

    asked();
    await ask.written();
    const [name = '', ...more] = readdirSync(dir);
    expect([name, more]).toEqual([`children-${process.pid}.json`, []]);
    expect(JSON.parse(readFileSync(join(dir, name), 'utf8')).children).toMatchObject([{ pid: one.pid }]);
  });

  it('are told from earlier ones with the same number', async () => {
    const dir = dataDir();
    const { exited, ...child } = await sleeper();
    const file = { ownerStartedAt: 'earlier', children: [child] };
    writeFileSync(join(dir, `children-${process.pid}.json`), JSON.stringify(file));
    expect(await endLeftovers(dir)).toBe(1);
    await exited;
  });
});

it('a program that leaves at once is not written down', async () => {
  const dir = dataDir();
  const file = new ChildRegistry(dir);
  const child = await sleeper();
  file.note(child)();
  const late = await sleeper();
  file.note(late);
  await expect.poll(() => readdirSync(dir)).toEqual([`children-${process.pid}.json`]);
  const [name = ''] = readdirSync(dir);
  expect(JSON.parse(readFileSync(join(dir, name), 'utf8')).children).toMatchObject([{ pid: late.pid }]);
});

it('ends every program it holds when it closes, whatever it was started for, and lets none start after it', async () => {
  const dir = dataDir();
  const file = new ChildRegistry(dir);
  const start = (): OwnedProcess => {
    const owned = new OwnedProcess(randomUUID(), file, () => undefined);
    const signal = new AbortController().signal;
    owned.spawn({ command: 'sleep', args: ['60'], env: { PATH: process.env['PATH'] }, signal });
    return owned;
  };
  const [first, second] = [start(), start()];
  await file.close();
  expect([first.gone, second.gone]).toEqual([true, true]);
  expect(start).toThrow(InvalidRequestError);
});

it('a program’s name with parentheses and spaces does not shift its start time', () => {
  const fields = Array.from({ length: 50 }, (_, at) => String(at + 3));
  expect(startTicks(`12 (a) b (c)) ${fields.join(' ')}`)).toBe('22');
});
