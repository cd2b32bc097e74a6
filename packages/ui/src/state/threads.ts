import type {
  Conversation,
  ConversationItem,
  PermissionMode,
  QueryEvent,
  QueryRequest,
} from '@postern/contract';
import { attachedName, type Failure } from '../format/index.ts';
import { answeredElsewhere, append, applyEvent, endRun, fail } from './apply-event.ts';
import { itemsOfHistory } from './history-items.ts';
import { type Asked, held, withAsked } from './queued-message.ts';
import { newThread, type Question, type Thread, type WrittenAnswers } from './thread.ts';
import { caughtUp, endsIn, withPage } from './thread-pages.ts';
import { withSubagentItems, withSubagentReading } from './tool-items.ts';

/** Every conversation this window holds, and the one that is shown. */
export interface Threads {
  readonly byKey: Readonly<Record<string, Thread>>;
  readonly shown: string;
  readonly nextKey: number;
}

/** What changes them. */
export type ThreadAction =
  /** Begins a new conversation. */
  | { readonly type: 'thread_begun' }
  /** Shows a conversation; null: the one that has no name yet. */
  | { readonly type: 'thread_shown'; readonly conversationId: string | null }
  | { readonly type: 'conversation_renamed'; readonly id: string; readonly title: string }
  /** Nothing of it is kept; where it was shown, a new one is begun. */
  | { readonly type: 'conversation_removed'; readonly id: string }
  | { readonly type: 'thread_loading'; readonly key: string }
  | { readonly type: 'thread_page'; readonly key: string; readonly page: Conversation }
  /** Its newest page, read again: what another window added meanwhile is shown. */
  | { readonly type: 'thread_caught_up'; readonly key: string; readonly page: Conversation }
  | { readonly type: 'thread_page_failed'; readonly key: string; readonly failure: Failure }
  | {
      readonly type: 'subagent_read';
      readonly key: string;
      readonly toolUseId: string;
      readonly items: readonly ConversationItem[];
    }
  | {
      readonly type: 'subagent_reading';
      readonly key: string;
      readonly toolUseId: string;
      readonly reading: 'loading' | 'failed';
    }
  | {
      readonly type: 'query_asked';
      readonly key: string;
      readonly request: QueryRequest;
      /** The query's id, where another window sent it: it can be stopped at once, and is not this one's to send again. */
      readonly followed?: string;
    }
  /** Sent while an answer is under way. */
  | { readonly type: 'message_queued'; readonly key: string; readonly asked: Asked }
  /** It is sent, edited or removed. */
  | { readonly type: 'message_unqueued'; readonly key: string }
  | { readonly type: 'query_events'; readonly key: string; readonly events: readonly QueryEvent[] }
  | { readonly type: 'query_failed'; readonly key: string; readonly failure: Failure }
  /** Something that was asked for beside the turn did not come to be. */
  | { readonly type: 'thread_noted'; readonly key: string; readonly failure: Failure }
  | { readonly type: 'mode_chosen'; readonly key: string; readonly mode: PermissionMode }
  /** What was chosen could not be said to the query that runs: it is `before` again, unless something else was chosen since. */
  | {
      readonly type: 'mode_refused';
      readonly key: string;
      readonly mode: PermissionMode;
      readonly before: PermissionMode | null;
    }
  | { readonly type: 'query_stopping'; readonly key: string }
  | { readonly type: 'query_stopped'; readonly key: string }
  | { readonly type: 'question_answering'; readonly key: string; readonly requestId: string }
  | {
      readonly type: 'question_written';
      readonly key: string;
      readonly requestId: string;
      readonly written: WrittenAnswers;
    }
  /** An answer came too late: it is not waiting any longer. */
  | { readonly type: 'question_gone'; readonly key: string; readonly requestId: string }
  | {
      readonly type: 'question_failed';
      readonly key: string;
      readonly requestId: string;
      readonly failure: Failure;
    };

/** One new, empty conversation. */
export const noThreads: Threads = { byKey: { t0: newThread('t0', null) }, shown: 't0', nextKey: 1 };

/** The conversation that is shown. */
export function shownThread(threads: Threads): Thread {
  return threads.byKey[threads.shown] ?? newThread(threads.shown, null);
}

/** The threads after an action. */
export function reduceThreads(threads: Threads, action: ThreadAction): Threads {
  switch (action.type) {
    case 'thread_begun':
      return isEmpty(shownThread(threads)) ? threads : add(threads, null);
    case 'thread_shown':
      return show(threads, action.conversationId);
    case 'conversation_renamed':
      return Object.values(threads.byKey)
        .filter(({ conversationId }) => conversationId === action.id)
        .reduce(
          (all, { key }) => change(all, key, (thread) => ({ ...thread, title: action.title })),
          threads,
        );
    case 'conversation_removed':
      return forget(threads, action.id);
    case 'thread_loading':
      return change(threads, action.key, (thread) =>
        thread.loaded.state === 'more' || thread.loaded.state === 'failed'
          ? { ...thread, loaded: { state: 'loading', before: thread.loaded.before } }
          : thread,
      );
    case 'thread_page':
      return change(threads, action.key, (thread) => withPage(thread, action.page));
    case 'thread_caught_up':
      return change(threads, action.key, (thread) => caughtUp(thread, action.page));
    case 'thread_page_failed':
      return change(threads, action.key, (thread) =>
        thread.loaded.state === 'loading'
          ? {
              ...thread,
              loaded: { state: 'failed', before: thread.loaded.before, failure: action.failure },
            }
          : thread,
      );
    case 'subagent_reading':
      return change(threads, action.key, (thread) => ({
        ...thread,
        items: withSubagentReading(thread.items, action.toolUseId, action.reading),
      }));
    case 'subagent_read':
      return change(threads, action.key, (thread) => ({
        ...thread,
        items: withSubagentItems(
          thread.items,
          action.toolUseId,
          itemsOfHistory(action.items, `s${thread.nextKey}`),
        ),
        nextKey: thread.nextKey + 1,
      }));
    case 'query_asked':
      return change(threads, action.key, (thread) => {
        const { followed = null } = action;
        const { prompt, attachments } = action.request;
        const files = (attachments ?? []).map((each) => attachedName(each.path));
        const asked = endsIn(thread, prompt, files)
          ? thread
          : append(thread, { type: 'user', text: prompt, files });
        return {
          ...asked,
          title: thread.title ?? prompt.slice(0, 80),
          workspace: action.request.workspace ?? thread.workspace,
          run: { state: 'starting', queryId: followed, credential: null, place: null },
          questions: [],
          lastRequest: followed === null ? action.request : null,
        };
      });
    case 'message_queued':
      return change(threads, action.key, (thread) => ({
        ...thread,
        queued: withAsked(thread.queued, action.asked),
      }));
    case 'message_unqueued':
      return change(threads, action.key, (thread) => ({ ...thread, queued: null }));
    case 'query_events':
      return change(threads, action.key, (thread) => action.events.reduce(applyEvent, thread));
    case 'query_failed':
      return change(threads, action.key, (thread) => fail(thread, action.failure));
    case 'thread_noted': {
      const { title, nextStep } = action.failure;
      return change(threads, action.key, (thread) =>
        append(thread, { type: 'note', text: `${title}. ${nextStep}` }),
      );
    }
    case 'mode_chosen':
      return change(threads, action.key, (thread) => ({
        ...thread,
        permissionMode: action.mode,
        run: thread.run === null ? null : { ...thread.run, nextMode: action.mode },
      }));
    case 'mode_refused':
      return change(threads, action.key, (thread) => {
        const { run, permissionMode } = thread;
        if (permissionMode !== action.mode) return thread;
        return {
          ...thread,
          permissionMode: action.before,
          run: run === null ? null : { ...run, nextMode: undefined },
        };
      });
    case 'query_stopping':
      return change(threads, action.key, (thread) =>
        thread.run === null
          ? thread
          : { ...thread, run: { ...thread.run, state: 'stopping' }, queued: held(thread.queued) },
      );
    case 'query_stopped':
      return change(threads, action.key, (thread) =>
        thread.run === null
          ? thread
          : append({ ...endRun(thread), queued: held(thread.queued) }, { type: 'stopped' }),
      );
    case 'question_written':
      return changeQuestion(threads, action, { written: action.written });
    case 'question_answering':
      return changeQuestion(threads, action, { answering: true, failure: null });
    case 'question_failed':
      return changeQuestion(threads, action, { answering: false, failure: action.failure });
    case 'question_gone':
      return change(threads, action.key, (thread) => answeredElsewhere(thread, action.requestId));
    default:
      return threads;
  }
}

function show(threads: Threads, conversationId: string | null): Threads {
  const shown = shownThread(threads);
  if (shown.conversationId === conversationId) return threads;
  const known = Object.values(threads.byKey).find((each) =>
    conversationId === null ? isEmpty(each) : each.conversationId === conversationId,
  );
  return known === undefined ? add(threads, conversationId) : { ...threads, shown: known.key };
}

function forget(threads: Threads, conversationId: string): Threads {
  const kept = Object.entries(threads.byKey).filter(([, each]) => each.conversationId !== conversationId);
  const left = { ...threads, byKey: Object.fromEntries(kept) };
  return left.byKey[threads.shown] === undefined ? add(left, null) : left;
}

function add(threads: Threads, conversationId: string | null): Threads {
  const key = `t${threads.nextKey}`;
  return {
    byKey: { ...threads.byKey, [key]: newThread(key, conversationId) },
    shown: key,
    nextKey: threads.nextKey + 1,
  };
}

function isEmpty(thread: Thread): boolean {
  return thread.conversationId === null && thread.items.length === 0;
}

function change(threads: Threads, key: string, to: (thread: Thread) => Thread): Threads {
  const thread = threads.byKey[key];
  if (thread === undefined) return threads;
  const changed = to(thread);
  return changed === thread ? threads : { ...threads, byKey: { ...threads.byKey, [key]: changed } };
}

function changeQuestion(
  threads: Threads,
  { key, requestId }: { readonly key: string; readonly requestId: string },
  to: Pick<Question, 'answering' | 'failure'> | { readonly written: WrittenAnswers },
): Threads {
  return change(threads, key, (thread) => ({
    ...thread,
    questions: thread.questions.map((each) => (each.requestId === requestId ? { ...each, ...to } : each)),
  }));
}
