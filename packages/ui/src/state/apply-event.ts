import {
  mcpServerNotice,
  type QueryEvent,
  type Receipt,
  skippedInWords,
  stopNotice,
} from '@postern/contract';
import { type Failure, failureOf } from '../format/index.ts';
import { fallbackQuestion, permissionQuestion, wordsQuestion } from './questions.ts';
import { held } from './queued-message.ts';
import { type Question, type Thread, waitsForReset } from './thread.ts';
import type { ThreadItem, ToolResult } from './thread-item.ts';
import {
  withBackground,
  withBackgroundOutput,
  withoutBackground,
  withResult,
  withSubagentText,
  withToolCall,
} from './tool-items.ts';

type WithoutKey<Item> = Item extends ThreadItem ? Omit<Item, 'key'> : never;

/** The item at the end, with a key of its own. */
export function append(thread: Thread, item: WithoutKey<ThreadItem>): Thread {
  const key = `n${thread.nextKey}`;
  return {
    ...thread,
    items: [...thread.items, { ...item, key } as ThreadItem],
    nextKey: thread.nextKey + 1,
  };
}

/** The thread after one event of its query. */
export function applyEvent(before: Thread, event: QueryEvent): Thread {
  const thread = withoutSilence(before);
  switch (event.event) {
    case 'silence':
      return thread.run === null
        ? thread
        : { ...thread, run: { ...thread.run, silentSeconds: event.data.seconds } };
    case 'events_skipped':
      return append(thread, {
        type: 'note',
        text: `${skippedInWords} Once it has ended, reload this page to see all of it.`,
      });
    case 'history_not_saved':
      return append(thread, { type: 'note', text: notSaved(event.data.reason) });
    case 'mcp_server':
      return noteOnce(thread, mcpServerNotice(event.data));
    case 'answer_withheld':
      return withheld(thread);
    case 'started':
      return {
        ...thread,
        conversationId: event.data.conversationId,
        items: named(thread.items, event.data.queryId),
        run: {
          state: 'answering',
          queryId: event.data.queryId,
          credential: event.data.credential,
          place: null,
          ...(event.data.permissionMode === undefined ? {} : { mode: event.data.permissionMode }),
        },
      };
    case 'queued': {
      const place = event.data.place > 0 ? event.data.place : null;
      return thread.run === null ? thread : { ...thread, run: { ...thread.run, place } };
    }
    case 'assistant_text':
      return appendText(thread, 'text', event.data.text);
    case 'thinking':
      return appendText(thread, 'thinking', event.data.text);
    case 'tool_use':
      return withItems(thread, (key) => withToolCall(thread.items, event.data, key));
    case 'subagent_text': {
      const { parentToolUseId, text } = event.data;
      return withItems(thread, (key) => withSubagentText(thread.items, parentToolUseId, text, key));
    }
    case 'compacted': {
      const { beforeTokens, afterTokens = null } = event.data;
      return append(thread, { type: 'compacted', beforeTokens, afterTokens });
    }
    case 'tool_result':
      return { ...thread, items: withResult(thread.items, event.data.toolUseId, resultOf(event.data)) };
    case 'background_command':
      return { ...thread, items: withBackground(thread.items, event.data.toolUseId, event.data.state) };
    case 'background_output':
      return { ...thread, items: withBackgroundOutput(thread.items, event.data) };
    case 'permission_request':
      return ask(thread, permissionQuestion(event.data, thread.items));
    case 'question_request':
      return ask(thread, wordsQuestion(event.data));
    case 'fallback_request':
      return ask(thread, fallbackQuestion(event.data));
    case 'permission_resolution':
      return resolve(thread, event.data.requestId, event.data.decision);
    case 'credential_switched': {
      const { from, to, reason } = event.data;
      const run = thread.run === null ? null : { ...thread.run, credential: to };
      return append({ ...thread, run }, { type: 'switched', from, to, reason });
    }
    case 'model_changed':
      return append(thread, { type: 'model', from: event.data.from, to: event.data.to });
    case 'permission_mode_changed': {
      const { to, reason } = event.data;
      const run = thread.run === null ? null : { ...thread.run, mode: to, nextMode: undefined };
      return { ...thread, run, permissionMode: reason === 'plan_approved' ? to : thread.permissionMode };
    }
    case 'waiting':
      return append(thread, { type: 'waiting', ...event.data, isOver: false });
    case 'resumed':
      return notWaiting(thread);
    case 'usage_limit':
      return event.data.status === 'allowed' ? thread : append(thread, { type: 'limit', ...event.data });
    case 'result': {
      const { usage, costUsd, durationMs, receiptId, stopReason } = event.data;
      const ended = { ...endRun(thread), context: event.data.context ?? thread.context };
      const stopped = thread.run?.state === 'stopping' ? append(ended, { type: 'stopped' }) : ended;
      const notice = stopNotice(stopReason);
      const noted =
        notice === null
          ? stopped
          : append(stopped, { type: 'note', text: `${notice.title}. ${notice.nextStep}` });
      const parts = event.data.parts ?? [];
      return append(noted, { type: 'receipt', receiptId, parts, usage, costUsd, durationMs });
    }
    case 'error': {
      const failed = paidBefore(fail(thread, failureOf(event.data)), event.data.receipt);
      return event.data.kept === false
        ? append(failed, {
            type: 'note',
            text: 'What came of the answer is on this page only: it is not in the history, and the model does not know of it.',
          })
        : failed;
    }
  }
}

/** What was paid until it ended. */
function paidBefore(thread: Thread, receipt: Receipt | undefined): Thread {
  if (receipt === undefined) return thread;
  const { id: receiptId, parts, usage, costUsd, durationMs, notReportedUsd = 0 } = receipt;
  return append(thread, {
    ...{ type: 'receipt', receiptId, parts, usage, costUsd, durationMs, notReportedUsd },
  });
}

/** The thread after its query broke off with an error. */
export function fail(thread: Thread, failure: Failure): Thread {
  const ended = { ...endRun(thread), queued: held(thread.queued) };
  if (failure.code === 'query_cancelled') return append(ended, { type: 'stopped' });
  return append(ended, { type: 'error', failure });
}

/** The thread with no query under way: what did not end, has ended now. */
export function endRun(thread: Thread): Thread {
  const { items, ...ended } = notWaiting(thread);
  return { ...ended, items: withoutBackground(items), run: null, questions: [] };
}

function notWaiting(thread: Thread): Thread {
  if (!waitsForReset(thread)) return thread;
  const items = thread.items.map((item) => (item.type === 'waiting' ? { ...item, isOver: true } : item));
  return { ...thread, items };
}

function appendText(thread: Thread, type: 'text' | 'thinking', piece: string): Thread {
  if (piece === '') return thread;
  const last = thread.items.at(-1);
  if (last?.type !== type || (last.type === 'text' && last.withheld))
    return append(thread, { type, text: piece });
  return { ...thread, items: thread.items.with(-1, { ...last, text: last.text + piece }) };
}

/** A server that does not work says so in each turn; on the page once is enough. */
function noteOnce(thread: Thread, notice: ReturnType<typeof mcpServerNotice>): Thread {
  if (notice === null) return thread;
  const text = `${notice.title}. ${notice.detail}`;
  const isThere = thread.items.some((item) => item.type === 'note' && item.text === text);
  return isThere ? thread : append(thread, { type: 'note', text });
}

function notSaved(reason: string): string {
  return `This conversation cannot be saved now (${reason}). What is said from here on may be missing in its history.`;
}

function withoutSilence(thread: Thread): Thread {
  if (thread.run?.silentSeconds === undefined) return thread;
  const { silentSeconds: _, ...run } = thread.run;
  return { ...thread, run };
}

/** What was said since the user, or the last tool. */
function withheld(thread: Thread): Thread {
  const from = thread.items.findLastIndex(({ type }) => type === 'user' || type === 'tool');
  const items = thread.items.map((item, at) =>
    at > from && item.type === 'text' ? { ...item, withheld: true as const } : item,
  );
  return { ...thread, items };
}

/** The message that began the query has a name now. */
function named(items: readonly ThreadItem[], promptId: string): readonly ThreadItem[] {
  const at = items.findLastIndex(({ type }) => type === 'user');
  const asked = items[at];
  return asked?.type === 'user' ? items.with(at, { ...asked, promptId }) : items;
}

/** The thread with other items; `to` gets a key that none of them has. */
function withItems(thread: Thread, to: (key: string) => readonly ThreadItem[]): Thread {
  return { ...thread, items: to(`n${thread.nextKey}`), nextKey: thread.nextKey + 1 };
}

function resultOf(data: Extract<QueryEvent, { event: 'tool_result' }>['data']): ToolResult {
  const { content, isError, deniedBy = null, path = null, diff = null } = data;
  return { content, isError, deniedBy, path, diff };
}

/** The thread without a question that is not waiting any longer, and a line that says so. */
export function answeredElsewhere(thread: Thread, requestId: string): Thread {
  const questions = thread.questions.filter((each) => each.requestId !== requestId);
  if (questions.length === thread.questions.length) return thread;
  return append({ ...thread, questions }, { type: 'answered_elsewhere' });
}

function ask(thread: Thread, question: Question): Thread {
  if (thread.questions.some((each) => each.requestId === question.requestId)) return thread;
  return { ...thread, questions: [...thread.questions, question] };
}

function resolve(thread: Thread, requestId: string, decision: 'allow' | 'deny'): Thread {
  const question = thread.questions.find((each) => each.requestId === requestId);
  if (question === undefined) return thread;
  const questions = thread.questions.filter((each) => each !== question);
  // What came of the agent's own question, its card says.
  if (decision === 'allow' || question.type === 'words' || question.type === 'plan')
    return { ...thread, questions };
  // A call that is on the page says itself that it was denied.
  if (question.type === 'permission' && isShown(thread.items, question.toolName))
    return { ...thread, questions };
  const what = question.type === 'permission' ? question.toolName : question.to;
  return append({ ...thread, questions }, { type: 'denied', what });
}

/** Whether a call of this tool waits on the page, or below the call of a subagent. */
function isShown(items: readonly ThreadItem[], toolName: string): boolean {
  return items.some(
    (item) =>
      item.type === 'tool' &&
      ((item.result === null && item.name === toolName) || isShown(item.inside, toolName)),
  );
}
