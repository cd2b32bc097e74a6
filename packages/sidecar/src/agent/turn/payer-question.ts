import type { QueryEvent } from '@postern/contract';
import { type Ask, settledElsewhere } from '../../selection/index.ts';
import type { Questions } from '../permission/index.ts';

/** Events that show that an answer has begun: from then on nothing is asked a second time. */
export const partsOfAnAnswer: ReadonlySet<QueryEvent['event']> = new Set<QueryEvent['event']>([
  'assistant_text',
  'thinking',
  'tool_use',
  'tool_result',
  'permission_request',
  'question_request',
]);

/** Asks the user whether another credential may pay, or whether a cap may be passed. */
export async function askPayer(
  questions: Pick<Questions, 'askBriefly'>,
  question: Parameters<Ask>[0],
  signal: AbortSignal,
): ReturnType<Ask> {
  const answer = await questions.askBriefly(payerQuestion(question), signal, settledElsewhere);
  return answer.decision === 'deny' ? 'no' : answer.remember ? 'today' : 'once';
}

function payerQuestion({
  from,
  to,
  reason,
  capUsd,
  spend,
  unknownModel,
}: Parameters<Ask>[0]): (requestId: string, expiresAt: string) => QueryEvent {
  return (requestId, expiresAt) => ({
    event: 'fallback_request',
    data: {
      ...{ requestId, from, to, reason, payer: to.payer, capUsd, expiresAt },
      ...spend,
      ...(unknownModel == null ? {} : { unknownModel }),
    },
  });
}
