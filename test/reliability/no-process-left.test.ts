import { expect, it } from 'vitest';
import { runSessions } from './harness/sessions.ts';

// The long form: npm run sessions -- --sessions 1000

it('leaves no process behind, whichever side of a session dies first', async () => {
  const { byKind, mostProcesses } = await runSessions({ sessions: 30, atOnce: 2, killEvery: 15 });
  expect([...byKind.values()]).toEqual(Array.from(byKind, () => 3));
  // Postern, its sandbox and programs that wait, and at most a command and a program for each of the two at once.
  expect(mostProcesses).toBeLessThan(20);
}, 600_000);
