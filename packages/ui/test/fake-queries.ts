import {
  type AllowRule,
  allowRuleInWords,
  formatAllowRule,
  type QueryEvent,
  type QueryRequest,
  type ReceiptPart,
} from '@postern/contract';
import { inSeconds, ref } from './fake-facts.ts';

/** What a query does: events, and `await answer(requestId)` where it asks a person. */
export type FakeQuery = (
  request: QueryRequest,
  answer: (requestId: string) => Promise<'allow' | 'deny'>,
  stopped: AbortSignal,
) => AsyncGenerator<QueryEvent, void, undefined>;

const usage = { inputTokens: 1240, outputTokens: 318, cacheReadTokens: 8200, cacheWriteTokens: 0 };
let asked = 0;

function nextRequestId(): string {
  asked += 1;
  return `ask-${asked}`;
}

/** What “always” would keep. */
export function rememberOf(rule: AllowRule) {
  return { rule: formatAllowRule(rule), words: allowRuleInWords(rule) };
}

/** What one credential paid. */
function part(kind: 'oauth' | 'api_key', costUsd: number, reason = 'preferred'): ReceiptPart {
  return { credential: ref(kind), reason, calls: 1, usage, costUsd, covered: kind === 'oauth' };
}

/** The last event of a query that went well; paid by the sign-in alone unless it is said otherwise. */
export function result(
  costUsd = 0.0123,
  parts: readonly ReceiptPart[] = [part('oauth', costUsd)],
): QueryEvent {
  return {
    event: 'result',
    data: {
      stopReason: 'end_turn',
      usage,
      costUsd,
      receiptId: `r${asked}`,
      durationMs: 3400,
      parts: [...parts],
    },
  };
}

/** Answers with a text, in pieces. */
export function answering(pieces: readonly string[]): FakeQuery {
  return async function* () {
    for (const text of pieces) yield { event: 'assistant_text', data: { text } };
    yield result();
  };
}

const diff = `--- a/engine.ts
+++ b/engine.ts
@@ -1,5 +1,6 @@
 export function bernoulli(n: number): number {
-  return 0;
+  if (n === 0) return 1;
+  return -sum(n) / (n + 1);
 }
 
 // The engine weaves algebraical patterns.
`;

/** Asks to write a file, then does or does not. */
export const writing: FakeQuery = async function* (_request, answer) {
  const requestId = nextRequestId();
  const input = { file_path: '/home/ada/engine/engine.ts', content: 'export function bernoulli…' };
  yield { event: 'thinking', data: { text: 'The function returns 0 for every n. I should fix that first.' } };
  yield { event: 'assistant_text', data: { text: 'I will correct `bernoulli` first.' } };
  yield { event: 'tool_use', data: { toolUseId: `tool-${asked}`, name: 'Write', input } };
  yield {
    event: 'permission_request',
    data: {
      requestId,
      toolName: 'Write',
      input,
      path: '/home/ada/engine/engine.ts',
      outside: false,
      diff,
      cautions: [],
      remember: rememberOf({ type: 'files', tool: 'Write', folder: '/home/ada/engine', below: true }),
      expiresAt: null,
    },
  };
  const decision = await answer(requestId);
  yield { event: 'permission_resolution', data: { requestId, decision } };
  yield {
    event: 'tool_result',
    data: {
      toolUseId: `tool-${asked}`,
      content: decision === 'allow' ? 'File written.' : 'The user declined.',
      isError: decision === 'deny',
      ...(decision === 'deny' ? { deniedBy: 'person' as const } : {}),
      ...(decision === 'allow' ? { path: '/home/ada/engine/engine.ts', diff } : {}),
    },
  };
  yield {
    event: 'assistant_text',
    data: { text: decision === 'allow' ? 'Done.' : 'Then I leave it as it is.' },
  };
  yield result();
};

/** Asks to run a command. */
export const running: FakeQuery = async function* (_request, answer) {
  const requestId = nextRequestId();
  const input = { command: 'npm test -- --run engine', description: 'Run the tests' };
  yield { event: 'tool_use', data: { toolUseId: `tool-${asked}`, name: 'Bash', input } };
  yield {
    event: 'permission_request',
    data: {
      requestId,
      toolName: 'Bash',
      input,
      cautions: [],
      remember: rememberOf({ type: 'command', command: input.command }),
      expiresAt: null,
    },
  };
  const decision = await answer(requestId);
  yield { event: 'permission_resolution', data: { requestId, decision } };
  yield {
    event: 'tool_result',
    data: { toolUseId: `tool-${asked}`, content: '12 passed', isError: false },
  };
  yield result();
};

/** Asks whether the key may pay, and switches to it. */
export const fallingBack: FakeQuery = async function* (_request, answer) {
  const requestId = nextRequestId();
  const from = ref('oauth');
  const to = ref('api_key');
  yield {
    event: 'fallback_request',
    data: {
      requestId,
      from,
      to,
      reason: 'plan_limit_reached',
      payer: to.payer,
      capUsd: 5,
      expiresAt: inSeconds(240),
    },
  };
  const decision = await answer(requestId);
  yield { event: 'permission_resolution', data: { requestId, decision } };
  if (decision === 'deny') {
    yield {
      event: 'error',
      data: {
        code: 'fallback_refused',
        title: 'The backup key was not used',
        detail: 'Ask again once your sign-in or plan can be used, or allow the backup key.',
        retryable: false,
      },
    };
    return;
  }
  yield { event: 'credential_switched', data: { from, to, reason: 'plan_limit_reached' } };
  yield { event: 'assistant_text', data: { text: 'Here is the answer, paid by the key.' } };
  yield result(0.0412, [part('oauth', 0.0123), part('api_key', 0.0289, 'plan_limit_reached')]);
};

/** Never ends by itself. */
/** Waits behind two others. */
export const waitingItsTurn: FakeQuery = async function* (_request, _answer, stopped) {
  yield { event: 'queued', data: { place: 3 } };
  await new Promise<void>((resolve) => stopped.addEventListener('abort', () => resolve()));
};

export const endless: FakeQuery = async function* (_request, _answer, stopped) {
  yield { event: 'assistant_text', data: { text: 'I am thinking about it' } };
  await new Promise<void>((resolve) => stopped.addEventListener('abort', () => resolve()));
  yield {
    event: 'error',
    data: {
      code: 'query_cancelled',
      title: 'The query was stopped',
      detail: 'The conversation can go on.',
      retryable: false,
    },
  };
};

/** Is stopped by the safeguards, tried again, and pauses before its end. */
export const withheldAndPaused: FakeQuery = async function* () {
  yield { event: 'assistant_text', data: { text: 'The first words that were stopped' } };
  yield { event: 'answer_withheld', data: { reason: 'refusal' } };
  yield { event: 'assistant_text', data: { text: 'What can be said instead, up to here' } };
  yield {
    event: 'result',
    data: {
      stopReason: 'pause_turn',
      usage: { inputTokens: 12, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
      costUsd: 0.001,
      receiptId: 'receipt-stopped',
      durationMs: 900,
    },
  };
};

/** Says nothing for a while, after a few words. */
export const silent: FakeQuery = async function* (_request, _answer, stopped) {
  yield { event: 'assistant_text', data: { text: 'I begin, and then' } };
  yield { event: 'silence', data: { seconds: 40, endsAtSeconds: 600 } };
  await new Promise((resolve) => stopped.addEventListener('abort', resolve, { once: true }));
};

/** Fails after a few words. */
export const failing: FakeQuery = async function* () {
  yield { event: 'assistant_text', data: { text: 'I begin, but' } };
  yield {
    event: 'error',
    data: {
      code: 'stream_interrupted',
      title: 'The answer broke off',
      detail: 'The service closed the connection after 2.1 s.',
      retryable: true,
    },
  };
};
