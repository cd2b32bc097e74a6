import type { AppEvent, TimelineEntry } from '@postern/contract';
import { type Clock, instant, type Report, type ReportedFact } from '../credentials/index.ts';
import { assertNever } from '../errors/index.ts';

/** Where facts go: each to the timeline, and as an event to every open screen. */
export interface AppEvents {
  readonly report: Report;
  /** The result ends it. */
  subscribe(listener: (event: AppEvent) => void): () => void;
}

export interface AppEventsDeps {
  readonly addToTimeline: (entry: Omit<TimelineEntry, 'id' | 'at'>) => void;
  readonly timelineEntryOf: (fact: ReportedFact) => Omit<TimelineEntry, 'id' | 'at'> | null;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Joins the one port through which facts travel to its two ends. A full disk must not stop a fact from being shown. */
export function createAppEvents(deps: AppEventsDeps): AppEvents {
  const listeners = new Set<(event: AppEvent) => void>();
  return {
    report(fact) {
      const entry = deps.timelineEntryOf(fact);
      try {
        if (entry !== null) deps.addToTimeline(entry);
      } catch (error) {
        deps.log(`the timeline could not be written: ${error instanceof Error ? error.name : 'unknown'}`);
      }
      const event = appEventOf(fact, instant(deps.clock()));
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The event that tells a screen of a fact. */
export function appEventOf(fact: ReportedFact, at: string): AppEvent {
  switch (fact.type) {
    case 'sign_in_started':
      return { event: 'sign_in_changed', data: { state: 'pending', step: 'started', code: null } };
    case 'sign_in_completed':
      return { event: 'sign_in_changed', data: { state: fact.state, step: 'completed', code: null } };
    case 'sign_in_failed':
      return { event: 'sign_in_changed', data: { state: fact.state, step: 'failed', code: fact.code } };
    case 'sign_in_cancelled':
      return { event: 'sign_in_changed', data: { state: fact.state, step: 'cancelled', code: null } };
    case 'signed_out':
      return { event: 'sign_in_changed', data: { state: 'signed_out', step: 'signed_out', code: null } };
    case 'credential_changed':
      return {
        event: 'credential_changed',
        data: { kind: fact.kind, status: fact.status, reason: fact.reason },
      };
    case 'settings_changed':
      return { event: 'settings_changed', data: { keys: [...fact.keys] } };
    case 'settings_unreadable':
      return { event: 'settings_changed', data: { keys: [...fact.members] } };
    case 'fallback':
      return { event: 'fallback', data: { from: fact.from, to: fact.to, reason: fact.reason, at } };
    case 'conversation_changed': {
      const { conversationId, queryId, running, prompt } = fact;
      return { event: 'conversation_changed', data: { conversationId, queryId, running, prompt } };
    }
    case 'usage_limits_changed':
      return {
        event: 'usage_limits_changed',
        data: { window: fact.window, resetsAt: fact.resetsAt, status: fact.status },
      };
    case 'usage_notice': {
      const { type: _, ...data } = fact;
      return { event: 'usage_notice', data };
    }
    case 'lease_question':
      return { event: 'lease_question', data: fact.question };
    case 'lease_question_closed': {
      const { requestId, leaseId, allowed } = fact;
      return { event: 'lease_question_closed', data: { requestId, leaseId, allowed } };
    }
    default:
      return assertNever(fact);
  }
}

/** After these another program may be the one that should wait for the next conversation, or none. */
export const preparingEvents: ReadonlySet<AppEvent['event']> = new Set([
  ...(['sign_in_changed', 'credential_changed', 'settings_changed'] as const),
]);
