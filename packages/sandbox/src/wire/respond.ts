import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestLog } from '../control/request-log.ts';
import { type Answer, type Outcome, pause, send } from './answer.ts';
import { answered, type CannedFault, outcomeAfter } from './canned.ts';

/** A request that may meet scripted trouble: what happens instead of processing it, and how it is processed. */
export interface Exchange<F extends TimedFault> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: RequestLog;
  readonly fault: F | null;
  readonly instead: (fault: F) => Outcome | null;
  readonly work: (fault: F | null) => Promise<Answer>;
}

type TimedFault = CannedFault & { readonly delayMs?: number | undefined };

const defaultDelayMs = 1000;

/** Answers with a whole answer, after the trouble that was scripted for it, and closes the log's note. */
export async function respond<F extends TimedFault>(exchange: Exchange<F>): Promise<FastifyReply> {
  const { request, reply, log, fault, instead, work } = exchange;
  await meet(request, fault);
  const other = fault === null ? null : instead(fault);
  if (other !== null) return conclude(request, reply, log, other, null);
  const answer = await work(fault);
  return conclude(
    request,
    reply,
    log,
    fault === null ? answered(answer) : outcomeAfter(fault.kind, answer),
    answer,
  );
}

/** Notes the fault and waits as long as it says. */
export async function meet(request: FastifyRequest, fault: TimedFault | null): Promise<void> {
  if (fault === null) return;
  request.note.fault = fault.kind;
  await pause(fault.delayMs ?? (fault.kind === 'delay' ? defaultDelayMs : 0));
}

/** Closes the note and sends. `processed` is the real answer, where the request was really processed. */
export function conclude(
  request: FastifyRequest,
  reply: FastifyReply,
  log: RequestLog,
  outcome: Outcome,
  processed: Answer | null,
): FastifyReply {
  if (outcome.type === 'answer') {
    const { status } = outcome.answer;
    const good = processed !== null && processed.status < 300 && status < 300;
    log.finish(request.note, good ? 'ok' : errorWordOf(outcome.answer), status);
  } else log.finish(request.note, outcome.type === 'silence' ? 'timeout' : outcome.type, null);
  return send(request, reply, outcome);
}

/** The error word of either dialect, `http_<status>` where there is none. */
function errorWordOf({ status, body }: Answer): string {
  const [, oauth, anthropic] = /"error":(?:"([a-z_]+)"|\{"type":"([a-z_]+)")/.exec(body.slice(0, 1000)) ?? [];
  return oauth ?? anthropic ?? `http_${status}`;
}
