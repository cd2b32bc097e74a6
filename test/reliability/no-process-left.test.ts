import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { killPosternUnder } from './harness/killed-postern.ts';
import { runSessions } from './harness/sessions.ts';

// With the real npm, which each program runs while it starts: it must go as well.
const stub = join(import.meta.dirname, '../bin');
const folders = process.env['PATH']?.split(delimiter) ?? [];
process.env['PATH'] = folders.filter((each) => each !== stub).join(delimiter);

// The long forms: npm run sessions -- --sessions 1000, and with --kill-postern

it('leaves no process behind, whichever side of a session dies first', async () => {
  expect(folders).toContain(stub);
  const { byKind, mostProcesses } = await runSessions({ sessions: 30, atOnce: 2, killEvery: 15 });
  expect([...byKind.values()]).toEqual(Array.from(byKind, () => 3));
  // Postern, its sandbox and programs that wait, and at most a command and a program for each of the two at once.
  expect(mostProcesses).toBeLessThan(20);
}, 600_000);

it('leaves no process behind, and no side waiting, where Postern itself is killed under a session', async () => {
  const { byKind } = await killPosternUnder({ sessions: 9, seed: 20261129 });
  expect([...byKind.values()]).toEqual(Array(9).fill(1));
}, 600_000);
