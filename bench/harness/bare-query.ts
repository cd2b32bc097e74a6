import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type CanUseTool,
  type Options,
  query,
  type SDKMessage,
  type SDKUserMessage,
  startup,
} from '@anthropic-ai/claude-agent-sdk';

/** The Agent SDK as it comes, in folders of its own and with an environment of its own. */
export interface BareSdk extends Disposable {
  /** One question by a bare `query()`, to the end of its answer. @throws Error what the SDK throws */
  ask(options?: AskOptions): Promise<BareAnswer>;
  /** A conversation in one program. */
  converse(): BareConversation;
  /** One question to a program that the SDK's own `startup()` has started, and that is at rest. @throws Error what the SDK throws */
  askStarted(): Promise<BareAnswer>;
  /** The same as `ask` with a credential that the service refuses: how long until it is given up, or null where it is not within `withinMs`. */
  refusedAfterMs(credential: Readonly<Record<string, string>>, withinMs: number): Promise<number | null>;
}

/** What a program goes on doing after it has said that it is ready, on a slow machine. */
const restMs = 1_500;

/** How a bare question differs from the plainest one. */
export interface AskOptions {
  readonly resume?: string;
  readonly canUseTool?: CanUseTool;
  /** The program keeps copies of files before its tools change them. */
  readonly enableFileCheckpointing?: boolean;
}

/** Several questions to one program. */
export interface BareConversation extends Disposable {
  /** Milliseconds to the first text; comes back when the whole answer is there. */
  ask(content: SDKUserMessage['message']['content']): Promise<number>;
}

/** What a bare question brought. */
export interface BareAnswer {
  readonly firstTextMs: number;
  readonly sessionId: string;
}

/** @param apiBaseUrl of the sandbox; `apiKey`: one it accepts */
export function createBareSdk(service: { readonly apiBaseUrl: string; readonly apiKey: string }): BareSdk {
  const root = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const [home, configDir, workspace] = ['home', 'claude', 'workspace'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [home, configDir, workspace]) mkdirSync(folder, { mode: 0o700 });

  const optionsOf = (
    credential: Readonly<Record<string, string>>,
    more: AskOptions & { readonly abortController?: AbortController } = {},
  ): Options => ({
    cwd: workspace,
    includePartialMessages: true,
    settingSources: [],
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      CLAUDE_CONFIG_DIR: configDir,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ANTHROPIC_BASE_URL: service.apiBaseUrl,
      ...credential,
    },
    ...more,
  });
  const key = { ANTHROPIC_API_KEY: service.apiKey };

  return {
    ask: (options = {}) => readAnswer(() => query({ prompt: 'Hello', options: optionsOf(key, options) })),
    async askStarted() {
      const started = await startup({ options: optionsOf(key) });
      await pause(restMs);
      return await readAnswer(() => started.query('Hello'));
    },
    converse() {
      const prompts = new TransformStream<SDKUserMessage, SDKUserMessage>();
      const writer = prompts.writable.getWriter();
      const running = query({ prompt: prompts.readable.values(), options: optionsOf(key) });
      const messages = running[Symbol.asyncIterator]();
      return {
        async ask(content) {
          const startedAt = performance.now();
          let firstTextMs = Number.NaN;
          void writer.write({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null });
          for (;;) {
            const { value, done } = await messages.next();
            if (done === true) throw new Error('the program left');
            if (Number.isNaN(firstTextMs) && isText(value)) firstTextMs = performance.now() - startedAt;
            if (value.type === 'result') return firstTextMs;
          }
        },
        [Symbol.dispose]() {
          void writer.close();
          running.close();
        },
      };
    },
    async refusedAfterMs(credential, withinMs) {
      const startedAt = performance.now();
      const abortController = new AbortController();
      const timer = setTimeout(() => abortController.abort(), withinMs);
      try {
        const options = optionsOf(credential, { abortController });
        for await (const message of query({ prompt: 'Hello', options }))
          if (isText(message)) throw new Error('a dead credential was accepted');
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('a dead')) throw error;
        // The SDK throws at the end of a refused question.
      } finally {
        clearTimeout(timer);
      }
      return abortController.signal.aborted ? null : performance.now() - startedAt;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function readAnswer(begin: () => AsyncIterable<SDKMessage>): Promise<BareAnswer> {
  const startedAt = performance.now();
  let firstTextMs = Number.NaN;
  let sessionId = '';
  for await (const message of begin()) {
    if (Number.isNaN(firstTextMs) && isText(message)) firstTextMs = performance.now() - startedAt;
    sessionId = message.session_id ?? sessionId;
  }
  return { firstTextMs, sessionId };
}

function isText(message: SDKMessage): boolean {
  return (
    message.type === 'stream_event' &&
    message.event.type === 'content_block_delta' &&
    message.event.delta.type === 'text_delta'
  );
}
