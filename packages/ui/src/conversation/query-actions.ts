import { PosternError } from '@postern/client';
import type { GivenAnswers, PermissionMode, QueryEvent, QueryRequest } from '@postern/contract';
import { failureOfThrown } from '../format/index.ts';
import type { Deps } from '../state/deps.ts';
import { type Asked, requestOf } from '../state/queued-message.ts';
import type { ReadFacts } from '../state/read-facts.ts';
import type { Thread } from '../state/thread.ts';
import { shownThread } from '../state/threads.ts';
import { createEventBatch } from './event-batch.ts';

/** An answer to a question of a query. */
export interface Answer {
  readonly requestId: string;
  readonly decision: 'allow' | 'deny';
  readonly remember: boolean;
}

/** An answer to questions of the agent's own; null: the user does not answer. */
export interface AnswerInWords {
  readonly requestId: string;
  readonly answers: GivenAnswers | null;
}

/** What the user does in a conversation. */
export interface QueryActions {
  /** Sends it, or queues it where an answer is under way. */
  readonly ask: (asked: Asked) => void;
  /** Sends the queued message that was held. */
  readonly sendQueued: () => void;
  readonly unqueue: () => void;
  /** Sends the last request again, in this folder where another one was chosen since. */
  readonly retry: (workspace: string | null) => void;
  readonly stop: () => void;
  /** Another credential pays instead of waiting for a plan's reset. */
  readonly letPay: () => void;
  /** How much the agent of the shown conversation may do without a question: at once where it works, and from then on. */
  readonly chooseMode: (mode: PermissionMode) => void;
  /** Stops the command of a call that runs in the background. */
  readonly stopCommand: (toolUseId: string) => void;
  readonly answer: (answer: Answer | AnswerInWords) => void;
  /** A turn began or ended somewhere: one of a conversation that is here is shown as it comes, and the list is read again. */
  readonly follow: (changed: ConversationChange) => void;
  /** A conversation that was read has a turn under way. */
  readonly takeUp: (conversationId: string, turn: Pick<ConversationChange, 'queryId' | 'prompt'>) => void;
}

/** A turn that began or ended, in any window. */
export interface ConversationChange {
  readonly conversationId: string;
  readonly queryId: string;
  readonly running: boolean;
  readonly prompt: string;
}

/** How long a stopped query may take to say its last word before its connection is cut. */
const lastWordMs = 4_000;

/** The effects of a conversation. A query goes on in its own thread when another one is shown. */
export function createQueryActions(
  deps: Deps,
  readFacts: ReadFacts,
  /** Once what is being read of a thread's history, if anything, is here. */
  historySettled: (key: string) => Promise<void>,
  onStarted: (key: string, conversationId: string) => void,
  onEnded: () => void,
  /** A turn ended of which this window heard nothing. */
  onMissed: (conversationId: string) => void,
): QueryActions {
  const { client, session, dispatch, getState } = deps;
  const running = new Map<string, AbortController>();
  /** Queries whose events come here: this window asked them, or follows them. What is said of them late is known already. */
  const heard = new Set<string>();

  /** @param asked without its mode, which is what was chosen for the conversation by now, else what the settings say by now */
  async function run(key: string, asked: QueryRequest): Promise<void> {
    const { threads, facts } = getState();
    const chosenBefore = threads.byKey[key]?.permissionMode ?? null;
    const permissionMode = chosenBefore ?? facts.settings?.permissionMode;
    const request = { ...asked, ...(permissionMode === undefined ? {} : { permissionMode }) };
    const abort = new AbortController();
    running.set(key, abort);
    dispatch({ type: 'query_asked', key, request });
    const batch = createEventBatch<QueryEvent>((events) => dispatch({ type: 'query_events', key, events }));
    let queryId: string | null = null;
    try {
      // What is sent while the window is still connecting goes out as soon as it has.
      await session();
      // Read after it went out, the history might hold it, and it would be shown twice.
      await Promise.race([historySettled(key), aborted(abort.signal)]);
      abort.signal.throwIfAborted();
      for await (const event of client().runQuery(request, { signal: abort.signal })) {
        const chosen = getState().threads.byKey[key]?.run?.nextMode;
        batch.add(event);
        if (event.event === 'started') {
          ({ queryId } = event.data);
          heard.add(queryId);
          batch.flush();
          // It was chosen after the request had gone out.
          if (chosen !== undefined && chosen !== request.permissionMode)
            void changeMode(key, queryId, chosen, chosenBefore);
          onStarted(key, event.data.conversationId);
        }
        if (event.event === 'credential_switched') {
          const order = getState().facts.settings?.credentialOrder ?? [];
          dispatch({ type: 'switch_heard', ...event.data, at: new Date().toISOString(), order });
          void readFacts(['status', 'credentials']);
        }
      }
      batch.flush();
    } catch (thrown) {
      batch.flush();
      if (abort.signal.aborted) dispatch({ type: 'query_stopped', key });
      else dispatch({ type: 'query_failed', key, failure: failureOfThrown(thrown) });
      lost(queryId, thrown);
      if (thrown instanceof PosternError && thrown.code === 'unauthorized')
        dispatch({ type: 'connection_refused' });
    } finally {
      running.delete(key);
      onEnded();
      void historySettled(key);
      sendNext(key);
      await readFacts(['status', 'credentials']);
    }
  }

  /** What another window asked, or this one before it was loaded again, is shown here, and can be stopped and answered here. */
  async function follow({
    conversationId,
    queryId,
    prompt,
  }: Omit<ConversationChange, 'running'>): Promise<void> {
    const threadOf = (): Thread | undefined =>
      Object.values(getState().threads.byKey).find((each) => each.conversationId === conversationId);
    const key = threadOf()?.key;
    if (key === undefined || heard.has(queryId)) return;
    // The read that is under way may say that this turn runs.
    await historySettled(key);
    if (heard.has(queryId) || threadOf()?.run !== null) return;
    heard.add(queryId);
    const abort = new AbortController();
    running.set(key, abort);
    dispatch({ type: 'query_asked', key, request: { prompt, conversationId }, followed: queryId });
    const batch = createEventBatch<QueryEvent>((events) => dispatch({ type: 'query_events', key, events }));
    try {
      for await (const event of client().followQuery(queryId, abort.signal)) batch.add(event);
      batch.flush();
    } catch (thrown) {
      batch.flush();
      if (abort.signal.aborted) dispatch({ type: 'query_stopped', key });
      else dispatch({ type: 'query_failed', key, failure: failureOfThrown(thrown) });
      lost(queryId, thrown);
    } finally {
      running.delete(key);
      void historySettled(key);
      sendNext(key);
    }
  }

  /** One that goes on without this window may be taken up again. */
  function lost(queryId: string | null, thrown: unknown): void {
    if (queryId !== null && thrown instanceof PosternError && thrown.code === 'stream_interrupted')
      heard.delete(queryId);
  }

  /** What was sent while the answer was under way goes out now, unless the user is to decide. */
  function sendNext(key: string): void {
    const thread = getState().threads.byKey[key];
    if (thread?.queued?.isHeld === false) send(thread, thread.queued);
  }

  function send(thread: Thread, asked: Asked): void {
    if (thread.run !== null) return;
    dispatch({ type: 'message_unqueued', key: thread.key });
    void run(thread.key, requestOf(thread, asked));
  }

  async function stop(): Promise<void> {
    const { key, run: now } = shownThread(getState().threads);
    const abort = running.get(key);
    if (now === null || abort === undefined) return;
    dispatch({ type: 'query_stopping', key });
    if (now.queryId === null) {
      abort.abort();
      return;
    }
    const cut = setTimeout(() => {
      if (running.get(key) === abort) abort.abort();
    }, lastWordMs);
    await client()
      .cancelQuery(now.queryId)
      .catch(() => {
        clearTimeout(cut);
        abort.abort();
      });
  }

  async function letPay(): Promise<void> {
    const { key, run: now } = shownThread(getState().threads);
    if (now?.queryId == null) return;
    try {
      await client().continueQuery(now.queryId);
    } catch (thrown) {
      // One that has ended meanwhile says so in its own events.
      const failure = failureOfThrown(thrown);
      if (failure.code === 'credential_cannot_pay') dispatch({ type: 'thread_noted', key, failure });
    }
  }

  async function changeMode(
    key: string,
    queryId: string,
    mode: PermissionMode,
    before: PermissionMode | null,
  ): Promise<void> {
    dispatch({ type: 'mode_chosen', key, mode });
    try {
      await client().changeMode(queryId, mode);
    } catch (thrown) {
      const failure = failureOfThrown(thrown);
      // One that has ended meanwhile: it holds for the next one.
      if (failure.code === 'query_not_found') return;
      dispatch({ type: 'mode_refused', key, mode, before });
      dispatch({ type: 'thread_noted', key, failure });
    }
  }

  async function stopCommand(toolUseId: string): Promise<void> {
    const { run: now } = shownThread(getState().threads);
    if (now?.queryId == null) return;
    // That it has ended, the query says itself.
    await client()
      .stopCommand(now.queryId, toolUseId)
      .catch(() => undefined);
  }

  async function answer(given: Answer | AnswerInWords): Promise<void> {
    const { requestId } = given;
    const { key } = shownThread(getState().threads);
    dispatch({ type: 'question_answering', key, requestId });
    try {
      if ('answers' in given) await client().answer(given);
      else {
        const { decision, remember } = given;
        await client().approve({ requestId, decision, ...(remember ? { remember } : {}) });
      }
    } catch (thrown) {
      if (thrown instanceof PosternError && thrown.code === 'request_not_found')
        dispatch({ type: 'question_gone', key, requestId });
      else dispatch({ type: 'question_failed', key, requestId, failure: failureOfThrown(thrown) });
    }
  }

  return {
    ask: (asked) => {
      const thread = shownThread(getState().threads);
      if (thread.run === null) void run(thread.key, requestOf(thread, asked));
      else dispatch({ type: 'message_queued', key: thread.key, asked });
    },
    sendQueued: () => {
      const thread = shownThread(getState().threads);
      if (thread.queued !== null) send(thread, thread.queued);
    },
    unqueue: () => dispatch({ type: 'message_unqueued', key: getState().threads.shown }),
    letPay: () => void letPay(),
    chooseMode: (mode) => {
      const { key, run: now, permissionMode } = shownThread(getState().threads);
      if (now?.queryId == null) dispatch({ type: 'mode_chosen', key, mode });
      else void changeMode(key, now.queryId, mode, permissionMode);
    },
    stopCommand: (toolUseId) => void stopCommand(toolUseId),
    retry: (workspace) => {
      const { key, run: now, lastRequest, conversationId } = shownThread(getState().threads);
      if (now !== null || lastRequest === null) return;
      const chosen = workspace === null ? {} : { workspace };
      void run(key, { ...lastRequest, ...chosen, ...(conversationId === null ? {} : { conversationId }) });
    },
    stop: () => void stop(),
    answer: (given) => void answer(given),
    follow: (changed) => {
      if (changed.running) void follow(changed);
      else if (!heard.has(changed.queryId)) onMissed(changed.conversationId);
      onEnded();
    },
    takeUp: (conversationId, { queryId, prompt }) => void follow({ conversationId, queryId, prompt }),
  };
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
