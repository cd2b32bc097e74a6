import { type fdatasync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createLogFlusher } from './log-flusher.ts';

/** A log on a real disk, and what it is told, which takes as long as the test says. */
function openFlusher() {
  const folder = mkdtempSync(join(tmpdir(), 'postern-flusher-'));
  writeFileSync(join(folder, 'x.db-wal'), 'log');
  const disk = { syncs: 0, finish: [] as (() => void)[], isSlow: false };
  const sync = (_descriptor: number, done: (failure: null) => void): void => {
    disk.syncs += 1;
    const finish = () => done(null);
    if (disk.isSlow) disk.finish.push(finish);
    else setImmediate(finish);
  };
  const flusher = createLogFlusher(join(folder, 'x.db'), sync as typeof fdatasync);
  onTestFinished(() => {
    flusher.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { flusher, disk };
}

/** Until the disk was told as often as that, and for a moment longer: it is not told more often. */
async function toldTimes(disk: { readonly syncs: number }, times: number): Promise<void> {
  await expect.poll(() => disk.syncs, { timeout: 5_000, interval: 5 }).toBe(times);
  await sleep(40);
  expect(disk.syncs).toBe(times);
}

it('tells the disk after what runs now, and within milliseconds where that is soon enough', async () => {
  const { flusher, disk } = openFlusher();
  flusher.flush();
  expect(disk.syncs).toBe(0);
  await toldTimes(disk, 1);
  flusher.flushLater();
  flusher.flushLater();
  await toldTimes(disk, 2);
});

it('tells it once for what comes before it was told', async () => {
  const { flusher, disk } = openFlusher();
  flusher.flushLater();
  flusher.flush();
  await toldTimes(disk, 1);
});

it('tells it once for what comes in this turn and the next, before it was told', async () => {
  const { flusher, disk } = openFlusher();
  for (let more = 0; more < 3; more += 1) flusher.flush();
  setImmediate(() => flusher.flush());
  await toldTimes(disk, 1);
});

it('tells it once more for everything that came while it was busy', async () => {
  const { flusher, disk } = openFlusher();
  disk.isSlow = true;
  flusher.flush();
  await toldTimes(disk, 1);
  for (let more = 0; more < 3; more += 1) flusher.flush();
  await toldTimes(disk, 1);
  disk.isSlow = false;
  disk.finish[0]?.();
  await toldTimes(disk, 2);
});

it('tells it of what waits when the database is closed', async () => {
  const { flusher, disk } = openFlusher();
  flusher.flushLater();
  flusher.close();
  await toldTimes(disk, 1);
  flusher.flush();
  await toldTimes(disk, 1);
});
