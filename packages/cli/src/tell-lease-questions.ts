import type { PosternClient } from '@postern/client';
import type { LeaseQuestion } from '@postern/contract';
import { inertJson } from '@postern/sidecar/inert-json';
import type { Context } from './context.ts';
import { shortInstant } from './print.ts';
import { printable } from './printable.ts';
import { fallbackLines } from './question-text.ts';

/**
 * Holds a lease until aborted, and says its questions on standard error: standard input belongs to its program, so they are answered in the window.
 * Never rejects: where the events cannot be followed, the program still gets its answer, and no answer means no.
 */
export async function tellQuestions(
  context: Context,
  client: Pick<PosternClient, 'events' | 'leases'>,
  leaseId: string,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  const tell = (question: LeaseQuestion): void => {
    if (question.leaseId !== leaseId || told.has(question.requestId)) return;
    told.add(question.requestId);
    write(context, { event: 'question', ...question }, [
      ...fallbackLines(question, 'session').map((line) => `Postern: ${line}`),
      `Postern: answer it in the window (postern open) by ${shortInstant(question.expiresAt)}. Without an answer nothing is sent.`,
    ]);
  };
  /** What was asked while the stream was not open. */
  const catchUp = async (): Promise<void> => {
    const leases = await client.leases({ signal });
    for (const { questions } of leases) questions.forEach(tell);
  };
  try {
    const onConnection = (connected: boolean): void => {
      if (connected) void catchUp().catch(() => undefined);
    };
    for await (const { event, data } of client.events({ signal, lease: leaseId, onConnection })) {
      if (event === 'lease_question') tell(data);
      if (event === 'lease_question_closed' && told.has(data.requestId))
        write(context, { event: 'answered', ...data }, [
          `Postern: the answer was ${data.allowed ? 'yes' : 'no'}.`,
        ]);
    }
  } catch {
    // The sidecar is gone, or refuses: what that means for the program is said at its end.
  }
}

function write({ io, options }: Context, event: object, lines: readonly string[]): void {
  const text = options.json ? inertJson(JSON.stringify(event)) : lines.map(printable).join('\n');
  io.stderr.write(`${text}\n`);
}
