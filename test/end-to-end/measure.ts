/**
 * Measures what the note on a change tells: `node test/end-to-end/measure.ts`. By hand, on a quiet machine; no test. Medians, with the
 * fastest and the slowest; the agent's program and the sandbox are the real ones of `postern start --sandbox`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from './harness/processes.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { startPostern } from './harness/start-postern.ts';
import { waitUntil } from './harness/wait-until.ts';

const starts = 7;
const queries = 15;
/** What a process needs to come to rest after it has started, answered, or lost a child. */
const restMs = 3_000;

const readyMs: number[] = [];
for (let at = 0; at < starts; at += 1) {
  const started = await startPostern();
  readyMs.push(started.readyAfterMs);
  await started.stop();
}
print('command to ready line', 'ms', readyMs);

// As a person runs it who has an account: without the sandbox in its process, and before anything was asked.
const live = await startPostern({
  args: ['--live', '--store', 'memory', '--port', '0'],
  variables: { POSTERN_API_BASE_URL: 'http://127.0.0.1:9' },
});
await pause(restMs);
print('sidecar, live, idle', 'MB', [megabytes(live.ready.pid)]);
await live.stop();

const postern = await startPostern();
try {
  const agents = () => postern.household.processes().filter(({ pid }) => pid !== postern.ready.pid);
  const spareIsReady = () => waitUntil('a warm program', () => agents().length > 0);
  await signInByCommand(postern);

  await spareIsReady();
  await pause(restMs);
  print('sidecar with sandbox, idle, beside a warm program', 'MB', [megabytes(postern.ready.pid)]);
  print('the warm program', 'MB', [agents().reduce((sum, { pid }) => sum + megabytes(pid), 0)]);
  // Gone by itself after ten idle minutes; ended here, it is not started again before the next query.
  for (const { pid } of agents()) process.kill(pid, 'SIGKILL');
  await pause(restMs);
  print('sidecar with sandbox, idle, alone', 'MB', [megabytes(postern.ready.pid)]);
  await firstTextMs({});

  const warm: number[] = [];
  const followUp: number[] = [];
  const cold: number[] = [];
  for (let at = 0; at < queries; at += 1) {
    await pause(restMs);
    await spareIsReady();
    const conversation: { id?: string } = {};
    warm.push(await firstTextMs({}, conversation));
    followUp.push(
      await firstTextMs(conversation.id === undefined ? {} : { conversationId: conversation.id }),
    );
    await pause(restMs);
    // No program waits for a folder that nobody has asked in yet.
    const workspace = join(postern.household.workspace, String(at));
    mkdirSync(workspace);
    cold.push(await firstTextMs({ workspace }));
  }
  print('query to first text, a warm program', 'ms', warm);
  print('the same, in a conversation that goes on', 'ms', followUp);
  print('the same, no program ready', 'ms', cold);
} finally {
  await postern.stop();
}

async function firstTextMs(
  more: { readonly workspace?: string; readonly conversationId?: string },
  conversation: { id?: string } = {},
): Promise<number> {
  const startedAt = performance.now();
  let firstAt = Number.NaN;
  for await (const { event, data } of postern.client.runQuery({ prompt: 'Hello', ...more })) {
    if (event === 'started') conversation.id = data.conversationId;
    if (event === 'assistant_text' && Number.isNaN(firstAt)) firstAt = performance.now();
    if (event === 'error') throw new Error(data.code);
  }
  return firstAt - startedAt;
}

function megabytes(pid: number): number {
  return residentBytes(pid) / 1e6;
}

function print(what: string, unit: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, median, most] = [0, (sorted.length - 1) >> 1, sorted.length - 1].map((at) =>
    (sorted[at] ?? Number.NaN).toFixed(0),
  );
  console.log(
    `${what.padEnd(52)} ${`${median}`.padStart(6)} ${unit}   (${least} to ${most}, n = ${values.length})`,
  );
}
