import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PosternError } from '@postern/client';
import type { LeaseQuestion } from '@postern/contract';
import { inertJson } from '@postern/sidecar/inert-json';
import type { Context } from './context.ts';
import { findSidecar, type RunningSidecar } from './find-sidecar.ts';
import { shortInstant } from './print.ts';
import { printable } from './printable.ts';
import { fallbackLines } from './question-text.ts';
import { isAlive, readSidecarFile } from './sidecar-record.ts';
import { startedSidecar } from './started-sidecar.ts';

/** A lease that is held. */
export interface HeldLease {
  /** The sidecar that has it now: after a restart another one than it was made by. */
  sidecar(): RunningSidecar;
}

/** How often a sidecar is looked for: well within the 10 s that a lease waits for its holder after a restart. */
const looksEveryMs = 250;

/**
 * Holds a lease until aborted, over restarts of the sidecar, and says its questions on standard error: standard input belongs to its program,
 * so they are answered in the window. A sidecar that crashed is started again; one that was stopped is waited for. Never throws: where the
 * events cannot be followed, the program still gets its answer, and no answer means no.
 */
export function holdLease(
  context: Context,
  first: RunningSidecar,
  leaseId: string,
  signal: AbortSignal,
): HeldLease {
  let running = first;
  let isAway = false;
  const told = new Set<string>();

  const tell = (question: LeaseQuestion): void => {
    if (question.leaseId !== leaseId || told.has(question.requestId)) return;
    told.add(question.requestId);
    write(context, { event: 'question', ...question }, [
      ...fallbackLines(question, 'session'),
      `answer it in the window (postern open) by ${shortInstant(question.expiresAt)}. Without an answer nothing is sent.`,
    ]);
  };
  /** What was asked while the stream was not open. */
  const catchUp = async (): Promise<void> => {
    for (const { questions } of await running.client.leases({ signal })) questions.forEach(tell);
  };
  const onConnection = (connected: boolean): void => {
    if (!connected) return;
    if (isAway) write(context, { event: 'resumed', leaseId }, ['Postern runs again, and the lease goes on.']);
    isAway = false;
    void catchUp().catch(() => undefined);
  };

  const onHang = (detail: string | null): void =>
    detail === null
      ? write(context, { event: 'answers' }, ['it answers again.'])
      : write(context, { event: 'not_answering', detail }, [
          `it does not answer, and the calls of the program wait. ${detail}`,
        ]);

  /** Until the connection is lost. @throws PosternError `not_found`: the lease is over */
  async function follow(): Promise<void> {
    const options = { signal, lease: leaseId, onConnection, onHang, reconnect: false };
    try {
      for await (const { event, data } of running.client.events(options)) {
        if (event === 'lease_question') tell(data);
        if (event === 'lease_question_closed' && told.has(data.requestId))
          write(context, { event: 'answered', ...data }, [
            data.allowed ? 'it goes on.' : 'the answer was no.',
          ]);
      }
    } catch (error) {
      if (error instanceof PosternError && error.code === 'not_found') throw error;
    }
  }

  /** The one to go on with; the same again where only the connection was lost. @throws AbortError */
  async function nextSidecar(): Promise<RunningSidecar> {
    for (let looks = 0; ; looks += 1) {
      const found = await findSidecar(first.dataDir).catch(() => null);
      if (found !== null && (found.pid !== running.pid || looks > 0)) return found;
      const end = found === null && !isAway ? endOf(first.dataDir) : null;
      if (end !== null) {
        isAway = true;
        tellAway(context, leaseId, end === 'crashed');
        if (end === 'crashed') await startAgain(context, first);
        continue;
      }
      await sleep(looksEveryMs, undefined, { signal, ref: false });
    }
  }

  async function hold(): Promise<void> {
    try {
      while (!signal.aborted) {
        await follow();
        if (!signal.aborted) running = await nextSidecar();
      }
    } catch {
      if (!signal.aborted) write(context, { event: 'over', leaseId }, [over]);
    }
  }

  void hold();
  return { sidecar: () => running };
}

const over =
  'the lease is over: it was ended, or Postern could not take it up again after a restart. The calls of the program are refused. Start it again with postern run.';

function tellAway(context: Context, leaseId: string, crashed: boolean): void {
  write(context, { event: 'away', leaseId, crashed }, [
    crashed
      ? 'Postern ended unexpectedly, and is started again.'
      : 'Postern was stopped. The calls of the program fail until it runs again (postern start).',
  ]);
}

/**
 * What it wrote of itself is removed when it is stopped, and only then. Null while its process is there: it is about to end, or is dead and
 * its parent has not waited for it yet.
 */
function endOf(dataDir: string): 'stopped' | 'crashed' | null {
  try {
    const file = readSidecarFile(join(dataDir, 'sidecar.json'));
    if (file === null) return 'stopped';
    return isAlive(file.pid) ? null : 'crashed';
  } catch {
    return 'stopped';
  }
}

/** Where it does not start, the next `postern start` is waited for. */
async function startAgain(context: Context, { health, dataDir }: RunningSidecar): Promise<void> {
  const options = { ...context.options, mode: health.mode, dataDir };
  await startedSidecar({ ...context, options })().catch(() =>
    write(context, { event: 'not_started' }, ['it did not start. Start it yourself: postern start.']),
  );
}

function write({ io, options }: Context, event: object, lines: readonly string[]): void {
  const text = options.json
    ? inertJson(JSON.stringify(event))
    : lines.map((line) => printable(`Postern: ${line}`)).join('\n');
  io.stderr.write(`${text}\n`);
}
