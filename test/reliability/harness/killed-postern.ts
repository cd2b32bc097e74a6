import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import type { Household } from '../../end-to-end/harness/create-household.ts';
import type { ProcessSeen } from '../../end-to-end/harness/processes.ts';
import { acceptKey, sandboxApiKey } from '../../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern, startPosternIn } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';
import { killedKinds, patienceMs } from './killed-kinds.ts';
import { noLease, onlyWaiting, type Session } from './sessions.ts';

/** What was done. */
export interface KillFigures {
  readonly byKind: ReadonlyMap<string, number>;
  /** From each kill until nothing was left, the other side included; milliseconds, shortest first. */
  readonly leftAfterMs: readonly number[];
}

/** Longest time from the beginning of a session to the kill, where nothing has begun before. */
const latestKillMs = 2_500;
/** How much later each further session, which takes its time of the machine as well, lets it be. */
const eachLaterMs = 500;
/** Sessions at a time of those that the other side ends. */
const lanes = 3;
/** In which an answer begins. */
const longestAnswerMs = 20_000;

/** How sessions are run and Postern is killed under them. */
export interface KillPlan {
  /** Sessions in all. */
  readonly sessions: number;
  readonly seed: number;
  /** Sessions under each kill; default: one. */
  readonly together?: number;
  /** Before each kill: sessions of these kinds, which the other side ends. They count. */
  readonly first?: Readonly<Record<string, Session>>;
  /** After this long no further session begins. */
  readonly withinMs?: number;
  readonly say?: (line: string) => void;
}

/**
 * Kills Postern under sessions, kind after kind, at moments that the seed chooses, as it does the first kind, in the same folders: each next one
 * starts on what the killed one left.
 * @throws Error where the other side hangs, or a process outlives the session
 */
export async function killPosternUnder(plan: KillPlan): Promise<KillFigures> {
  const { sessions, seed, together = 1, first = {} } = plan;
  const { withinMs = Number.POSITIVE_INFINITY, say = () => undefined } = plan;
  // A third as the answers begin, the others at any moment before or around it.
  const moment = fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: latestKillMs + (together - 1) * eachLaterMs }) },
  );
  const moments = fc.sample(moment, { seed, numRuns: sessions });
  const endsAtMs = performance.now() + withinMs;
  const names = Object.keys(killedKinds);
  const byKind = new Map<string, number>();
  const count = (name: string): void => void byKind.set(name, (byKind.get(name) ?? 0) + 1);
  const leftAfterMs: number[] = [];
  let postern = await startPostern();
  const { household } = postern;
  let done = 0;
  try {
    for (const killAfterMs of moments) {
      if (done >= sessions || performance.now() > endsAtMs) break;
      await acceptKey(postern.ready.sandboxUrl ?? '');
      // What a killed one had under way counts as spent, and the sessions share a day.
      await postern.client.updateSettings({ apiKey: sandboxApiKey, fallback: { capUsdPerDay: null } });
      const ended = Object.entries(first).slice(0, sessions - done);
      await runAll(postern, ended);
      for (const [name] of ended) count(name);
      done += ended.length;
      const chosen = Array.from({ length: Math.min(together, sessions - done) }, (_, at) => {
        return names[(seed + leftAfterMs.length * together + at) % names.length] ?? '';
      });
      const under = chosen.length === 1 ? chosen[0] : `${chosen.length} sessions`;
      say(`${done} ${under}, killed ${killAfterMs === null ? 'as it answers' : `after ${killAfterMs} ms`}`);
      const killed = await killUnder(postern, chosen, killAfterMs ?? longestAnswerMs, say);
      say(`  all gone after ${(killed.leftAfterMs / 1000).toFixed(1)} s`);
      postern = killed.next;
      leftAfterMs.push(killed.leftAfterMs);
      for (const name of chosen) count(name);
      done += chosen.length;
    }
    await noLease(postern);
    // Asserts that nothing of it runs on.
    await postern.stop();
    return { byKind, leftAfterMs: leftAfterMs.toSorted((one, other) => one - other) };
  } catch (error) {
    const left = household.processes().map(({ pid, command: line }) => `${pid} ${line.slice(0, 120)}`);
    await household.close();
    throw new Error(`seed ${seed}; there was\n${left.join('\n')}`, { cause: error });
  }
}

/** Sessions that the other side ends; afterwards nothing of them is left but the programs that wait for the next prompt. */
async function runAll(postern: Postern, sessions: readonly (readonly [string, Session])[]): Promise<void> {
  if (sessions.length === 0) return;
  const waiting = sessions.map(([, session]) => session);
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next(postern);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await onlyWaiting(postern);
}

/** What a kill left behind it. */
interface Killed {
  /** From the kill until the last process had left, the other side's end included. */
  readonly leftAfterMs: number;
  /** Started on what the killed one left, and still running. */
  readonly next: Postern;
}

/** Kills Postern under sessions that begin at once, and starts the next one, until nothing of the killed one is left. */
async function killUnder(
  postern: Postern,
  names: readonly string[],
  delayMs: number,
  say: (line: string) => void,
): Promise<Killed> {
  const { household } = postern;
  const sessions = names.flatMap((name) => killedKinds[name]?.(postern) ?? []);
  await Promise.race([Promise.all(sessions.map(({ begins }) => begins)), pause(delayMs)]);
  postern.command.send('SIGKILL');
  await postern.command.ended();
  const killedAt = performance.now();
  const sayTime = (what: string): void =>
    say(`  ${what} after ${((performance.now() - killedAt) / 1000).toFixed(1)} s`);
  await Promise.all(sessions.map(({ end }, at) => end().then(() => sayTime(`${names[at]}: ended`))));
  await stopWhatWasStarted(household);
  sayTime('what they had started was stopped');
  const needsNext = sessions.some((session) => session.needsNext === true);
  if (!needsNext) await waitUntil('what it had started has left', () => household.processes().length === 0);
  const withoutNextMs = performance.now() - killedAt;
  const before = new Set(household.processes().map(({ pid }) => pid));
  const next = await startPosternIn(household, ['--sandbox', '--port', '0']);
  await waitUntil('the next Postern ends what the killed one had started', () =>
    household.processes().every(({ pid }) => !before.has(pid)),
  );
  return { leftAfterMs: needsNext ? performance.now() - killedAt : withoutNextMs, next };
}

/**
 * A Postern that the other side started, or is starting, for itself. One that has only just been started holds nothing yet by which it could
 * be found, so it is looked at until none is there.
 */
async function stopWhatWasStarted(household: Household): Promise<void> {
  // Commands and programs are the bundle under test, editors this checkout's own script.
  const isStart = ({ command: line }: ProcessSeen): boolean =>
    /\/(?:launch\.cjs|postern\.js) start /.test(line);
  await waitUntil(
    'no Postern runs',
    async () => {
      const { exitCode, stderr } = await household.run(['stop', '--sandbox']);
      assert.equal(exitCode, 0, stderr);
      return !household.processes().some(isStart);
    },
    patienceMs,
  );
}
