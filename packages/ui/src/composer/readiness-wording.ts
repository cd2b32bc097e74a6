import { reasonInWords } from '@postern/contract';
import type { Tone } from '../controls/index.ts';
import { assertNever, dayAndTime, payerInWords } from '../format/index.ts';
import type { Readiness } from './readiness.ts';

/** A readiness as the composer says it. */
export interface ReadinessWording {
  readonly tone: Tone;
  readonly text: string;
  /** Where the user can do something about it. */
  readonly leadsTo: 'accounts' | null;
}

/** What the query that is shown is doing. */
export type Run = 'idle' | 'queued' | 'waiting' | 'running' | 'asking' | 'stopping';

const runWords: Readonly<Record<Exclude<Run, 'idle'>, string>> = {
  queued: 'Queued',
  waiting: 'Waiting for the reset',
  running: 'Answering',
  asking: 'Needs your answer',
  stopping: 'Stopping',
};

/** The status line's words. A new state does not compile until it has some. */
export function readinessWording(readiness: Readiness, nowMs: number, run: Run = 'idle'): ReadinessWording {
  switch (readiness.state) {
    case 'starting':
      return { tone: 'note', text: 'Starting', leadsTo: null };
    case 'offline':
      return { tone: 'warn', text: 'Offline · Postern is not responding', leadsTo: null };
    case 'not_connected':
      return { tone: 'bad', text: 'This window is not connected', leadsTo: null };
    case 'refreshing':
      return { tone: 'note', text: 'Renewing the sign-in', leadsTo: null };
    case 'waiting_for_sign_in':
      return { tone: 'note', text: 'Sign-in open in your browser', leadsTo: 'accounts' };
    case 'ready':
      return {
        tone: run === 'asking' ? 'warn' : 'good',
        text: `${run === 'idle' ? 'Ready' : runWords[run]} · paid by ${payerInWords(readiness.payer)}`,
        leadsTo: null,
      };
    case 'on_backup': {
      const until = readiness.until === null ? '' : ` until ${dayAndTime(readiness.until, nowMs)}`;
      return {
        tone: 'warn',
        text: `${run === 'idle' ? 'On' : `${runWords[run]} · on`} backup${until} · paid by ${payerInWords(readiness.payer)}`,
        leadsTo: 'accounts',
      };
    }
    case 'limit':
      return {
        tone: 'warn',
        text: `${run === 'idle' ? 'Limit' : `${runWords[run]} · limit`} ${readiness.until === null ? 'reached' : `until ${dayAndTime(readiness.until, nowMs)}`}`,
        leadsTo: 'accounts',
      };
    case 'needs_you':
      return { tone: 'bad', text: `Action needed · ${reasonInWords(readiness.reason)}`, leadsTo: 'accounts' };
    case 'nothing_set_up':
      return { tone: 'note', text: 'Not set up yet', leadsTo: 'accounts' };
    default:
      return assertNever(readiness);
  }
}
