import type { SessionUpdate } from '@agentclientprotocol/sdk';
import {
  mcpServerNotice,
  notKeptInWords,
  type QueryEvent,
  reasonInWords,
  skippedInWords,
  stopNotice,
} from '@postern/contract';
import { limitInWords, usedUpInWords } from '../limit-words.ts';
import { shortInstant } from '../print.ts';

/** A notice of an editor. */
export type Notice = readonly [severity: 'info' | 'warning', title: string, description?: string];

/** Postern hangs, as far as is known why; null: it answers again. */
export function hangNotice(detail: string | null): Notice {
  if (detail === null) return ['info', 'Postern answers again'];
  return ['warning', 'Postern does not answer', `${detail} It is waited for.`];
}

/** A model or a payer that is chosen while a prompt runs is for the next one. */
export const fromTheNextPrompt: Notice = [
  'info',
  'From the next prompt on',
  'The prompt that runs keeps the model and the payer it began with. To end it, cancel it.',
];

/**
 * What an editor that shows no notices can do without: the answer goes on as it would have. All else says who pays, why nothing comes, or
 * what of the answer is wrong or lost, and goes there as a thought.
 */
const niceties: ReadonlySet<QueryEvent['event']> = new Set(['compacted']);

/** An event beside the answer as the editor gets it; null where it has nothing to show for it. */
export function eventNotice(event: QueryEvent, showsNotices: boolean): SessionUpdate | null {
  const notice = noticeOf(event);
  if (notice === null || (!showsNotices && niceties.has(event.event))) return null;
  return noticeUpdate(notice, showsNotices);
}

/** A notice that must not be missed: an editor that shows none gets it as a thought. */
export function noticeUpdate([severity, title, description]: Notice, showsNotices: boolean): SessionUpdate {
  if (showsNotices)
    return {
      sessionUpdate: 'notice',
      severity,
      title,
      ...(description === undefined ? {} : { description }),
    };
  const text = description === undefined ? title : `${title}. ${description}`;
  // Editors join thoughts: what the model thinks may stand right before it.
  return { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: `\n${text}\n` } };
}

/** What happens beside the answer, in words. */
function noticeOf(event: QueryEvent): Notice | null {
  switch (event.event) {
    case 'waiting':
      return [
        'info',
        usedUpInWords(event.data.window),
        `It continues automatically at ${shortInstant(event.data.until)}.`,
      ];
    case 'resumed':
      return ['info', 'The plan has room again: it goes on'];
    case 'usage_limit': {
      const [title, reset] = limitInWords(event.data);
      return reset === null ? ['warning', title] : ['warning', title, reset];
    }
    case 'queued':
      if (event.data.place === 0) return null;
      return ['info', `Waiting for other queries: place ${event.data.place}`];
    case 'credential_switched':
      return ['info', `Now paid by: ${event.data.to.payer}`, `${reasonInWords(event.data.reason)}.`];
    case 'model_changed':
      return [
        'warning',
        `Now ${event.data.to} answers`,
        `${event.data.from} did not: ${reasonInWords(event.data.reason)}.`,
      ];
    case 'answer_withheld':
      return ['warning', 'The model’s safeguards stopped the text above', 'It is not an answer.'];
    case 'events_skipped':
      return [
        'warning',
        skippedInWords,
        'Once it has ended, the conversation shows all of it when it is opened again.',
      ];
    case 'history_not_saved':
      return [
        'warning',
        `This conversation cannot be saved now (${event.data.reason})`,
        'Its history will have a gap.',
      ];
    case 'compacted':
      return ['info', 'What was said so far was summarized', 'It makes space in the model’s context.'];
    case 'mcp_server': {
      const words = mcpServerNotice(event.data);
      return words === null ? null : ['warning', words.title, words.detail];
    }
    case 'silence':
      return [
        'info',
        `No response for ${event.data.seconds} s`,
        `Postern gives up after ${event.data.endsAtSeconds} s.`,
      ];
    case 'result': {
      const words = stopNotice(event.data.stopReason);
      return words === null ? null : ['warning', words.title, words.nextStep];
    }
    case 'error':
      return event.data.kept === false ? ['warning', notKeptInWords] : null;
    default:
      return null;
  }
}
