import {
  type ClientContext,
  type CreateElicitationRequest,
  type CreateElicitationResponse,
  client,
  methods,
  type RequestPermissionRequest,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import { type FileToAttach, PosternError } from '@postern/client';
import {
  type CredentialView,
  defaultSettings,
  errorTable,
  type PermissionMode,
  type QueryEvent,
  type QueryRequest,
  type QuestionAnswer,
  type UsageWindow,
  type WorkspaceLook,
} from '@postern/contract';
import { type AcpClient, acpAgent } from '../src/acp/acp-agent.ts';
import { assertSessionNotification } from './published-schema.ts';

export const plan = { id: 'oauth:default', kind: 'oauth', payer: 'Your Claude plan' } as const;
export const key = { id: 'api_key:default', kind: 'api_key', payer: 'Your Console organization' } as const;
export const sessionId = '6f1c2a1e-0000-4000-8000-000000000001';
export const folder = '/projects/project';

export const view = (
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

export const started: QueryEvent = {
  event: 'started',
  data: { queryId: 'q1', conversationId: sessionId, credential: plan },
};
export const result = {
  event: 'result' as const,
  data: {
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0.01,
    receiptId: 'r1',
    durationMs: 5,
  },
} satisfies QueryEvent;
export const says = (text: string): QueryEvent => ({ event: 'assistant_text', data: { text } });

function failure(
  code: 'conversation_not_found' | 'attachment_type_unsupported' | 'workspace_not_found',
): PosternError {
  return new PosternError({ ...errorTable[code], code, detail: errorTable[code].nextStep });
}

/** A sidecar whose next query gives these events; `hold` waits until it is cancelled, `until_answered` for an answer. */
export function scripted(credentials: readonly CredentialView[] = [view(plan), view(key)]) {
  const seen = {
    requests: [] as QueryRequest[],
    approvals: [] as unknown[],
    answers: [] as QuestionAnswer[],
    attached: [] as (Omit<FileToAttach, 'bytes'> & { readonly text: string })[],
    events: [started, says('Hello'), result] as (QueryEvent | 'hold' | 'until_answered')[],
    credentials: [...credentials],
    windows: [] as UsageWindow[],
    /** What is in the folder; null: it cannot be read. */
    look: null as WorkspaceLook | null,
    aborted: 0,
    deleted: [] as string[],
    modes: [] as [queryId: string, mode: PermissionMode][],
  };
  const answered = Promise.withResolvers<void>();
  const sidecar = {
    credentials: async () => seen.credentials,
    usage: async () => ({ windows: seen.windows }),
    workspace: async () => {
      if (seen.look === null) throw failure('workspace_not_found');
      return seen.look;
    },
    settings: async () => ({ ...defaultSettings }),
    deleteConversation: async (id: string) => void seen.deleted.push(id),
    reserveConversation: async () => ({ conversationId: sessionId, workspace: folder }),
    conversations: async () => ({
      items: [
        { id: 'a', title: 'Here', workspace: folder, updatedAt: '2026-11-28T10:00:00.000Z' },
        { id: 'b', title: 'Elsewhere', workspace: '/projects/other', updatedAt: '2026-11-27T10:00:00.000Z' },
        { id: 'c', title: 'Nowhere', workspace: null, updatedAt: '2026-11-26T10:00:00.000Z' },
      ],
      next: 'older',
    }),
    conversation: async (id: string, { before }: { before?: string } = {}) => {
      if (id !== 'a') throw failure('conversation_not_found');
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
    changeMode: async (queryId: string, mode: PermissionMode) => void seen.modes.push([queryId, mode]),
    approve: async (approval: unknown) => void seen.approvals.push(approval),
    answer: async (answer: QuestionAnswer) => {
      seen.answers.push(answer);
      answered.resolve();
    },
    attach: async ({ name, type, bytes }: FileToAttach) => {
      const text = Buffer.from(bytes as Uint8Array).toString();
      seen.attached.push({ name, type, text });
      if (type === 'image/bmp' || type === 'application/octet-stream')
        throw failure('attachment_type_unsupported');
      return { path: `/attachments/${name}`, name, bytes: text.length };
    },
    ticket: async () => ({ url: 'http://127.0.0.1:1/#ticket=x', expiresAt: '2026-11-28T10:00:00.000Z' }),
    async *runQuery(request: QueryRequest, { signal }: { signal: AbortSignal }) {
      seen.requests.push(request);
      for (const event of seen.events) {
        if (event === 'hold') {
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          ).finally(() => {
            seen.aborted += 1;
          });
        } else if (event === 'until_answered') await answered.promise;
        else yield event;
      }
    },
  } as unknown as AcpClient;
  return { sidecar, seen };
}

/** How a form is filled in. */
type Fill = (form: CreateElicitationRequest) => CreateElicitationResponse;

type Answer = (question: RequestPermissionRequest) => string | null;

/** Runs `work` with the protocol library's own client, connected to the agent; `sidecar` as it is, or as it is found each time. */
export async function connected<T>(
  sidecar: AcpClient | (() => Promise<AcpClient>),
  work: (agent: ClientContext, updates: SessionUpdate[], questions: RequestPermissionRequest[]) => Promise<T>,
  answer: Answer = () => null,
  fill: Fill | null = null,
): Promise<T> {
  const updates: SessionUpdate[] = [];
  const questions: RequestPermissionRequest[] = [];
  const faults: unknown[] = [];
  const app = acpAgent({
    version: '1.2.3',
    sidecar: async () => (typeof sidecar === 'function' ? await sidecar() : sidecar),
    openWindow: async () => true,
    ownCommand: ['/opt/node', '/opt/postern.js', '--sandbox'],
    signIn: { withinMs: 5_000, everyMs: 1 },
  });
  return await client({ name: 'editor' })
    .onRequest(methods.client.session.requestPermission, ({ params }) => {
      questions.push(params);
      const optionId = answer(params);
      return { outcome: optionId === null ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } };
    })
    .onRequest(methods.client.elicitation.create, ({ params }) => fill?.(params) ?? { action: 'cancel' })
    .onNotification(methods.client.session.update, ({ params }) => {
      updates.push(params.update);
      try {
        assertSessionNotification(params);
      } catch (fault) {
        faults.push(fault);
      }
    })
    .connectWith(app, async (agent) => {
      await agent.request(methods.agent.initialize, {
        protocolVersion: 1,
        clientCapabilities: {
          session: { notices: {} },
          auth: { terminal: true },
          ...(fill === null ? {} : { elicitation: { form: {} } }),
        },
      });
      const done = await work(agent, updates, questions);
      if (faults.length > 0) throw new AggregateError(faults, 'The protocol’s schema does not allow it.');
      return done;
    });
}

export const newSession = (agent: ClientContext) =>
  agent.request(methods.agent.session.new, { cwd: folder, mcpServers: [] });
export const prompt = (agent: ClientContext, text = 'Hi') =>
  agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });
