import { readFileSync } from 'node:fs';
import {
  type ClientContext,
  client,
  methods,
  type RequestPermissionRequest,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import { PosternError } from '@postern/client';
import { type CredentialView, defaultSettings, type QueryEvent, type QueryRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { type AcpClient, acpAgent } from './acp-agent.ts';

const plan = { id: 'oauth:default', kind: 'oauth', payer: 'Your Claude plan' } as const;
const key = { id: 'api_key:default', kind: 'api_key', payer: 'Your Console organization' } as const;
const sessionId = '6f1c2a1e-0000-4000-8000-000000000001';
const folder = '/work/project';

const view = (
  ref: typeof plan | typeof key,
  status: CredentialView['status'] = 'active',
): CredentialView => ({
  ...ref,
  label: ref.kind === 'oauth' ? 'Claude plan' : 'API key',
  status,
  expiresAt: null,
  cooldownUntil: null,
  reason: null,
  nextStep: null,
});

const started: QueryEvent = {
  event: 'started',
  data: { queryId: 'q1', conversationId: sessionId, credential: plan },
};
const result: QueryEvent = {
  event: 'result',
  data: {
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0.01,
    receiptId: 'r1',
    durationMs: 5,
  },
};
const says = (text: string): QueryEvent => ({ event: 'assistant_text', data: { text } });

/** A sidecar whose next query gives these events; `hold` waits until it is cancelled. */
function scripted(credentials: readonly CredentialView[] = [view(plan), view(key)]) {
  const seen = {
    requests: [] as QueryRequest[],
    approvals: [] as unknown[],
    attachments: [] as Buffer[],
    events: [started, says('Hello'), result] as (QueryEvent | 'hold')[],
    credentials: [...credentials],
  };
  const sidecar = {
    credentials: async () => seen.credentials,
    settings: async () => ({ ...defaultSettings }),
    reserveConversation: async () => ({ conversationId: sessionId, workspace: folder }),
    conversations: async () => ({
      items: [
        { id: 'a', title: 'Here', workspace: folder, updatedAt: '2026-11-28T10:00:00.000Z' },
        { id: 'b', title: 'Elsewhere', workspace: '/work/other', updatedAt: '2026-11-27T10:00:00.000Z' },
        { id: 'c', title: 'Nowhere', workspace: null, updatedAt: '2026-11-26T10:00:00.000Z' },
      ],
      next: 'older',
    }),
    conversation: async (id: string, { before }: { before?: string } = {}) => {
      if (id !== 'a')
        throw new PosternError({
          code: 'conversation_not_found',
          status: 404,
          title: 'There is no such conversation',
          detail: 'Start a new one.',
          retryable: false,
        });
      const newest = [{ type: 'assistant_text', text: 'Answer' }];
      const oldest = [{ type: 'user', text: 'Question', at: null }];
      return {
        id,
        title: '',
        workspace: folder,
        items: before === undefined ? newest : oldest,
        next: before === undefined ? 'p2' : null,
      };
    },
    approve: async (approval: unknown) => void seen.approvals.push(approval),
    ticket: async () => ({ url: 'http://127.0.0.1:1/#ticket=x', expiresAt: '2026-11-28T10:00:00.000Z' }),
    async *runQuery(request: QueryRequest, { signal }: { signal: AbortSignal }) {
      seen.requests.push(request);
      for (const { path } of request.attachments ?? []) seen.attachments.push(readFileSync(path));
      for (const event of seen.events) {
        if (event === 'hold') {
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        } else yield event;
      }
    },
  } as unknown as AcpClient;
  return { sidecar, seen };
}

type Answer = (question: RequestPermissionRequest) => string | null;

/** Runs `work` with the protocol library's own client, connected to the agent. */
async function connected<T>(
  sidecar: AcpClient,
  work: (agent: ClientContext, updates: SessionUpdate[], questions: RequestPermissionRequest[]) => Promise<T>,
  answer: Answer = () => null,
): Promise<T> {
  const updates: SessionUpdate[] = [];
  const questions: RequestPermissionRequest[] = [];
  const app = acpAgent({
    version: '1.2.3',
    sidecar: async () => sidecar,
    openWindow: async () => true,
    signIn: { withinMs: 5_000, everyMs: 1 },
  });
  return await client({ name: 'editor' })
    .onRequest(methods.client.session.requestPermission, ({ params }) => {
      questions.push(params);
      const optionId = answer(params);
      return { outcome: optionId === null ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } };
    })
    .onNotification(methods.client.session.update, ({ params }) => void updates.push(params.update))
    .connectWith(app, async (agent) => {
      await agent.request(methods.agent.initialize, {
        protocolVersion: 1,
        clientCapabilities: { session: { notices: {} }, auth: { terminal: true } },
      });
      return await work(agent, updates, questions);
    });
}

const newSession = (agent: ClientContext) =>
  agent.request(methods.agent.session.new, { cwd: folder, mcpServers: [] });
const prompt = (agent: ClientContext, text = 'Hi') =>
  agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });

describe('a session', () => {
  it('says who pays before the first token, and runs a prompt in its folder', async () => {
    const { sidecar, seen } = scripted();
    await connected(sidecar, async (agent, updates) => {
      const session = await newSession(agent);
      const payer = session.configOptions?.find(({ id }) => id === 'payer');
      expect(payer).toMatchObject({ currentValue: 'default' });
      expect(JSON.stringify(payer)).toContain('Automatic (now: Claude plan)');
      const answer = await prompt(agent);
      expect(answer.stopReason).toBe('end_turn');
      expect(answer._meta).toMatchObject({ postern: { receiptId: 'r1', costUsd: 0.01, payer: plan } });
      expect(seen.requests[0]).toMatchObject({
        conversationId: sessionId,
        workspace: folder,
        permissionMode: 'ask',
      });
      expect(updates).toContainEqual({
        sessionUpdate: 'agent_message_chunk',
        content: { type: 'text', text: 'Hello' },
      });
    });
  });

  it('is refused as "authentication required" where nobody could pay', async () => {
    const { sidecar } = scripted([view(plan, 'reauthorization_required')]);
    await connected(sidecar, async (agent) => {
      await expect(newSession(agent)).rejects.toMatchObject({ code: -32_000 });
    });
  });

  it('signs in in the window, and goes on once a credential can be used', async () => {
    const { sidecar, seen } = scripted([view(plan, 'absent')]);
    await connected(sidecar, async (agent) => {
      const signingIn = agent.request(methods.agent.authenticate, { methodId: 'postern-window' });
      seen.credentials = [view(plan)];
      await signingIn;
      expect((await newSession(agent)).sessionId).toBe(sessionId);
    });
  });

  it('uses the mode, the model and the payer that were chosen', async () => {
    const { sidecar, seen } = scripted();
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      const set = (configId: string, value: string) =>
        agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value });
      await set('model', 'opus');
      const { configOptions } = await set('payer', key.id);
      expect(configOptions.find(({ id }) => id === 'payer')).toMatchObject({ currentValue: key.id });
      await agent.request(methods.agent.session.setMode, { sessionId, modeId: 'plan' });
      await prompt(agent);
      expect(seen.requests[0]).toMatchObject({ model: 'opus', credential: key.id, permissionMode: 'plan' });
      expect(updates.some(({ sessionUpdate }) => sessionUpdate === 'config_option_update')).toBe(true);
      await expect(set('payer', 'api_key:other')).rejects.toMatchObject({ code: -32_602 });
      await expect(set('colour', 'red')).rejects.toMatchObject({ code: -32_602 });
    });
  });

  it('is cancelled, and takes the next prompt', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, 'hold'];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => seen.requests.length).toBe(1);
      await expect(prompt(agent)).rejects.toMatchObject({ data: { code: 'conversation_busy' } });
      await agent.notify(methods.agent.session.cancel, { sessionId });
      expect(await running).toMatchObject({ stopReason: 'cancelled' });
      seen.events = [started, result];
      expect((await prompt(agent)).stopReason).toBe('end_turn');
    });
  });

  it('sends pictures as files that are gone afterwards, and quotes embedded text whole', async () => {
    const { sidecar, seen } = scripted();
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      await agent.request(methods.agent.session.prompt, {
        sessionId,
        prompt: [
          { type: 'text', text: 'Look' },
          { type: 'image', mimeType: 'image/png', data: Buffer.from('png').toString('base64') },
          { type: 'resource', resource: { uri: 'file:///work/a%20b.md', text: 'a ``` b' } },
          { type: 'resource_link', uri: 'file:///work/c.ts', name: 'c.ts' },
        ],
      });
    });
    expect(seen.requests[0]?.prompt).toBe('Look\n\n/work/a b.md:\n````\na ``` b\n````\n\nc.ts (/work/c.ts)');
    expect(seen.attachments.map(String)).toEqual(['png']);
    const [attached] = seen.requests[0]?.attachments ?? [];
    expect(() => readFileSync(attached?.path ?? '')).toThrow(/ENOENT/);
  });
});

describe('questions', () => {
  const question: QueryEvent = {
    event: 'permission_request',
    data: {
      requestId: 'p1',
      toolName: 'Bash',
      input: { command: 'rm -r build\nmake' },
      cautions: ['outside_workspace'],
      remember: { rule: 'Bash(make)', words: 'run exactly this command' },
      expiresAt: null,
    },
  };
  const use: QueryEvent = {
    event: 'tool_use',
    data: { toolUseId: 't1', name: 'Bash', input: { command: 'rm -r build\nmake' } },
  };
  const fallback: QueryEvent = {
    event: 'fallback_request',
    data: {
      requestId: 'f1',
      from: plan,
      to: key,
      reason: 'usage_limit',
      payer: key.payer,
      capUsd: 5,
      expiresAt: '2026-11-28T10:04:00.000Z',
    },
  };

  it('of a tool show all of the command and what is unusual, about the call that is open', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, use, question, result];
    const questions = await connected(
      sidecar,
      async (agent, _updates, asked) => {
        await newSession(agent);
        await prompt(agent);
        await expect.poll(() => seen.approvals.length).toBe(1);
        return asked;
      },
      () => 'always',
    );
    expect(questions[0]?.toolCall.toolCallId).toBe('t1');
    const shown = JSON.stringify(questions[0]?.toolCall);
    expect(shown).toContain('rm -r build\\nmake');
    expect(shown).toContain('This is outside the workspace.');
    expect(seen.approvals).toEqual([{ requestId: 'p1', decision: 'allow', remember: true }]);
  });

  it('about who pays are permission requests too; no answer means no', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, fallback, result];
    const questions = await connected(sidecar, async (agent, _updates, asked) => {
      await newSession(agent);
      await prompt(agent);
      await expect.poll(() => seen.approvals.length).toBe(1);
      return asked;
    });
    expect(questions[0]?.toolCall.title).toBe('Who pays: let Your Console organization pay?');
    expect(questions[0]?.options.map(({ kind }) => kind)).toEqual([
      'allow_once',
      'allow_always',
      'reject_once',
    ]);
    expect(seen.approvals).toEqual([{ requestId: 'f1', decision: 'deny', remember: false }]);
  });
});

describe('what ended a turn', () => {
  it('is an error with its code and next step', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [
      started,
      {
        event: 'error',
        data: { code: 'billing_problem', title: 'Billing', detail: 'No credit.', retryable: false },
      },
    ];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      await expect(prompt(agent)).rejects.toMatchObject({
        code: -32_603,
        data: { code: 'billing_problem', nextStep: expect.stringMatching(/./) },
      });
    });
  });

  it.each([
    ['refusal', 'refusal'],
    ['max_tokens', 'max_tokens'],
    ['max_turns', 'max_turn_requests'],
  ])('%s is %s', async (stopReason, expected) => {
    const { sidecar, seen } = scripted();
    seen.events = [started, { event: 'result', data: { ...result.data, stopReason } }];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      expect((await prompt(agent)).stopReason).toBe(expected);
    });
  });
});

describe('earlier conversations', () => {
  it('are listed for their folder, and loaded whole, oldest first', async () => {
    const { sidecar } = scripted();
    await connected(sidecar, async (agent, updates) => {
      const list = await agent.request(methods.agent.session.list, { cwd: folder });
      expect(list).toMatchObject({
        sessions: [{ sessionId: 'a', cwd: folder, title: 'Here' }],
        nextCursor: 'older',
      });
      await agent.request(methods.agent.session.load, { sessionId: 'a', cwd: folder, mcpServers: [] });
      expect(updates.map((update) => ('content' in update ? update.content : null))).toEqual([
        { type: 'text', text: 'Question' },
        { type: 'text', text: 'Answer' },
      ]);
      await expect(
        agent.request(methods.agent.session.load, { sessionId: 'z', cwd: folder, mcpServers: [] }),
      ).rejects.toMatchObject({ code: -32_002 });
    });
  });
});
