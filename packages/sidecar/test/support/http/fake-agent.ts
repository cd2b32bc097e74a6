import type { QueryEvent, QueryRequest } from '@postern/contract';
import type { NumberedEvent } from '../../../src/agent/index.ts';
import { InvalidRequestError, TransientError } from '../../../src/errors/index.ts';
import type { HttpDeps } from '../../../src/http/http-deps.ts';

interface FakeQuery {
  readonly events: NumberedEvent[];
  ended: boolean;
  wake: () => void;
  changed: Promise<void>;
}

/**
 * An agent that answers out of the prompt: `unavailable` has no credential just now, `hold` waits until `say`, `flood` talks
 * without end, `break` throws midway; anything else is repeated and done.
 */
export function createFakeAgent(clock: () => number) {
  const queries = new Map<string, FakeQuery>();
  const requests: QueryRequest[] = [];
  const listeners = new Set<{ readonly queryId: string }>();
  let pulled = 0;

  function add(query: FakeQuery, event: QueryEvent): void {
    query.events.push({ id: query.events.length + 1, event });
    query.ended ||= event.event === 'result' || event.event === 'error';
    query.wake();
    renew(query);
  }

  const agent: HttpDeps['agent'] = {
    async start(request) {
      requests.push(request);
      if (request.prompt.trim() === '') throw new InvalidRequestError('prompt_empty');
      if (request.prompt === 'unavailable')
        throw new TransientError('refresh_unavailable', { sent: false, retryAtMs: clock() + 7_000 });
      const queryId = `query-${queries.size + 1}`;
      const query = renew({ events: [], ended: false, wake: () => undefined, changed: Promise.resolve() });
      queries.set(queryId, query);
      add(query, { event: 'started', data: { queryId, conversationId: 'conversation-1', credential } });
      if (request.prompt === 'hold') return { queryId };
      add(query, { event: 'assistant_text', data: { text: request.prompt } });
      if (request.prompt !== 'flood' && request.prompt !== 'break') add(query, result);
      return { queryId };
    },
    async reserve({ workspace }) {
      return { conversationId: '00000000-0000-4000-8000-000000000000', workspace };
    },
    events(queryId, afterId, signal) {
      return heard(queryId, follow(queries.get(queryId), afterId, signal));
    },
    async letPay(queryId) {
      if (!queries.has(queryId)) throw new InvalidRequestError('query_not_found');
    },
    async changeMode(queryId) {
      if (!queries.has(queryId)) throw new InvalidRequestError('query_not_found');
    },
    async stopCommand(queryId) {
      if (!queries.has(queryId)) throw new InvalidRequestError('query_not_found');
    },
    async cancel(queryId) {
      const query = queries.get(queryId);
      if (query === undefined) throw new InvalidRequestError('query_not_found');
      add(query, {
        event: 'error',
        data: { code: 'query_cancelled', title: '', detail: '', retryable: false },
      });
    },
    async approve(requestId) {
      if (requestId !== 'request-1') throw new InvalidRequestError('request_not_found');
    },
    async answer(requestId) {
      if (requestId !== 'request-1') throw new InvalidRequestError('request_not_found');
    },
    async conversations({ limit, before, search }) {
      const items = Array.from({ length: 3 }, (_, index) => summary(index)).filter(({ title }) =>
        title.includes(search ?? ''),
      );
      return { items: before === null ? items.slice(0, limit) : [], next: null };
    },
    async conversation(id) {
      if (id !== 'conversation-1') throw new InvalidRequestError('conversation_not_found');
      return {
        id,
        title: 'Hello',
        workspace: null,
        items: [{ type: 'user', text: 'Hello', at: null }],
        next: null,
      };
    },
    async subagent(id) {
      if (id !== 'conversation-1') throw new InvalidRequestError('conversation_not_found');
      return [];
    },
    async rewind(id, { dryRun }) {
      if (id !== 'conversation-1') throw new InvalidRequestError('conversation_not_found');
      const files = [{ path: 'a.txt', changedSince: false }];
      return { files: dryRun ? files : [], insertions: 1, deletions: 0, state: 's', skipped: [] };
    },
    async changeConversation(id, { title = 'Hello' }) {
      if (id !== 'conversation-1') throw new InvalidRequestError('conversation_not_found');
      return { ...summary(0), title };
    },
    async deleteConversation(id) {
      if (id === 'conversation-2') throw new InvalidRequestError('conversation_busy');
      if (id !== 'conversation-1') throw new InvalidRequestError('conversation_not_found');
    },
  };

  async function* heard(
    queryId: string,
    events: AsyncIterable<NumberedEvent>,
  ): AsyncGenerator<NumberedEvent> {
    const listener = { queryId };
    listeners.add(listener);
    try {
      yield* events;
    } finally {
      listeners.delete(listener);
    }
  }

  async function* follow(
    query: FakeQuery | undefined,
    afterId: number,
    signal: AbortSignal,
  ): AsyncGenerator<NumberedEvent> {
    if (query === undefined) throw new InvalidRequestError('query_not_found');
    const flood = query.events.some(
      ({ event }) => event.event === 'assistant_text' && event.data.text === 'flood',
    );
    const breaks = query.events.some(
      ({ event }) => event.event === 'assistant_text' && event.data.text === 'break',
    );
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for (let at = afterId; !signal.aborted; at += 1) {
      const event = query.events[at];
      if (event !== undefined) yield event;
      else if (query.ended) return;
      else if (breaks) throw new TypeError('secret detail of a bug');
      else if (flood) {
        pulled += 1;
        yield { id: at + 1, event: { event: 'assistant_text', data: { text: 'x'.repeat(64 * 1024) } } };
      } else {
        await Promise.race([query.changed, gone]);
        at -= 1;
      }
    }
  }

  return {
    agent,
    requests,
    /** How many events of a flood were taken. */
    pulled: () => pulled,
    /** The queries that are being followed. */
    listening: () => [...listeners].map(({ queryId }) => queryId).toSorted(),
    say(queryId: string, event: QueryEvent): void {
      const query = queries.get(queryId);
      if (query !== undefined) add(query, event);
    },
  };
}

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'The sandbox, at no cost' } as const;

const result: QueryEvent = {
  event: 'result',
  data: {
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0,
    receiptId: 'receipt-1',
    durationMs: 1,
  },
};

function summary(index: number) {
  return {
    id: `conversation-${index + 1}`,
    title: `Conversation ${index + 1}`,
    workspace: null,
    updatedAt: '2026-11-23T10:00:00.000Z',
  };
}

function renew(query: FakeQuery): FakeQuery {
  query.changed = new Promise((resolve) => {
    query.wake = resolve;
  });
  return query;
}
