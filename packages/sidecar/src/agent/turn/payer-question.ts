import type { QueryEvent } from '@postern/contract';
import type { Ask } from '../../selection/index.ts';

/** Events that show that an answer has begun: from then on nothing is asked a second time. */
export const partsOfAnAnswer: ReadonlySet<QueryEvent['event']> = new Set<QueryEvent['event']>([
  'assistant_text',
  'thinking',
  'tool_use',
  'tool_result',
  'permission_request',
  'question_request',
]);

/** The question whether another credential may pay, or whether a cap may be passed, as an event. */
export function payerQuestion({
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
