import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/support/store/harness.ts';
import { createKernelLock, type KernelLock } from './kernel-lock.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let locks: KernelLock[];
beforeEach(() => {
  directory = temporaryDirectory();
  locks = [];
});
afterEach(async () => {
  await Promise.all(locks.map((lock) => lock.close()));
  directory.remove();
});

function lock(): KernelLock {
  const made = createKernelLock(join(directory.path, 'lock.db'), () => 1_000);
  locks.push(made);
  return made;
}

test('two connections never hold at once', async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(setImmediate);
    inside -= 1;
  };
  const both = [lock(), lock()];
  await Promise.all(Array.from({ length: 10 }, (_, index) => both[index % 2]?.exclusively(work)));
  expect(most).toBe(1);
});

test('whoever cannot have it in time is told that nothing was sent and when to ask again', async () => {
  const held = Promise.withResolvers<void>();
  const holder = lock().exclusively(() => held.promise);
  const refused = lock().exclusively(async () => 'never', { timeoutMs: 30 });
  await expect(refused).rejects.toMatchObject({ code: 'refresh_unavailable', sent: false, retryAtMs: 2_000 });
  held.resolve();
  await holder;
  await expect(lock().exclusively(async () => 'now')).resolves.toBe('now');
});

test('whoever asked first in this process has it first', async () => {
  const one = lock();
  const order: number[] = [];
  const turns = Array.from({ length: 6 }, (_, turn) =>
    one.exclusively(async () => {
      order.push(turn);
    }),
  );
  await Promise.all(turns);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
});

test('one who gives up in the queue does not hold up those behind', async () => {
  const one = lock();
  const held = Promise.withResolvers<void>();
  const holder = one.exclusively(() => held.promise);
  const impatient = one.exclusively(async () => 'never', { timeoutMs: 10 });
  const patient = one.exclusively(async () => 'mine');
  await expect(impatient).rejects.toMatchObject({ code: 'refresh_unavailable' });
  held.resolve();
  await holder;
  await expect(patient).resolves.toBe('mine');
});

test('asked for inside its own work, it fails in time instead of waiting for ever', async () => {
  const one = lock();
  const outer = one.exclusively(async () => {
    await expect(one.exclusively(async () => 'never', { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'refresh_unavailable',
    });
    return 'done';
  });
  await expect(outer).resolves.toBe('done');
});

test('work that throws frees it', async () => {
  const one = lock();
  const failing = one.exclusively(async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await expect(one.exclusively(async () => 'next')).resolves.toBe('next');
});

test('a lock file that is no database is refused, never replaced: another process may hold it', async () => {
  writeFileSync(join(directory.path, 'lock.db'), 'garbage'.repeat(500));
  await expect(lock().exclusively(async () => undefined)).rejects.toMatchObject({
    code: 'unsafe_storage',
    exitCode: 78,
  });
});
