import { type CallOptions, waitUntilSignedIn } from '@postern/client';
import type { AuthStatus, QueryEvent, QueryRequest, Usage } from '@postern/contract';
import type { Alone } from '@postern/sidecar';
import type { UseCases } from './use-cases.ts';

/** Looking costs one read here, and nothing tells of a redirect. */
const lookEveryMs = 200;
/** Entries of a list where the caller names no number. */
const pageLength = 50;

/** The use cases over objects of this process. */
export function aloneUseCases(alone: Alone): UseCases {
  const { signIns, preferences, credentials, ledger, agent } = alone;
  let before: AuthStatus | undefined;
  const status = (options: { credential?: string | undefined } = {}) =>
    signIns.status(options.credential ?? null);
  const page = (options: { limit?: number | undefined; before?: string | undefined } = {}) => ({
    limit: options.limit ?? pageLength,
    before: options.before ?? null,
  });
  const usage = async (): Promise<Usage> => {
    const { fallback } = await preferences.read();
    return {
      windows: [...ledger.windows()],
      today: [...ledger.spend('today')],
      month: [...ledger.spend('month')],
      byDay: ledger.spendByDay(31).map(({ day, spend }) => ({ day, spend: [...spend] })),
      countedTodayUsd: ledger.spentTodayUsd(),
      capUsdPerDay: fallback.capUsdPerDay,
      reservedUsd: ledger.reservedTodayUsd(),
      caps: ledger.caps(fallback),
    };
  };
  return {
    auth: {
      status,
      start: async ({ credential, restart } = {}) => {
        before = await status({ credential });
        return await signIns.start({ restart: restart === true, credentialId: credential ?? null });
      },
      waitUntilSignedIn: ({ signInId, credential, signal }) =>
        waitUntilSignedIn(
          { status: () => status({ credential }), listen: null, lookEveryMs },
          { signInId, before, signal },
        ),
      completePasted: (pasted) => signIns.completeForwarded({ pasted: pasted.trim() }),
      cancel: ({ credential } = {}) => signIns.cancel(credential ?? null),
      refresh: ({ credential } = {}) => signIns.refresh(credential ?? null),
      signOut: ({ credential } = {}) => signIns.signOut(credential ?? null),
    },
    settings: () => preferences.read(),
    updateSettings: (patch) => preferences.update(patch),
    credentials: () => credentials.views(),
    receipts: async (options) => ledger.receipts(page(options)),
    timeline: async (options) => ledger.timeline(page(options)),
    usage,
    refreshUsage: async () => {
      const refreshed = await alone.refreshUsage();
      return { ...(await usage()), refreshed: [...refreshed] };
    },
    diagnostics: ({ tryCredentials } = {}) => alone.diagnostics({ tryCredentials: tryCredentials === true }),
    workspace: (path) => alone.workspaceTrust.look(path),
    trustWorkspace: (request) => alone.workspaceTrust.trust(request),
    conversation: (id, options) => agent.conversation(id, page(options)),
    claudeCode: {
      status: ({ credential } = {}) => alone.claudeCode.status(credential ?? null),
      login: ({ pasted, credential } = {}) => alone.claudeCode.login(pasted ?? null, credential ?? null),
      cancel: ({ credential } = {}) => alone.claudeCode.cancel(credential ?? null),
      logout: ({ credential } = {}) => alone.claudeCode.logout(credential ?? null),
    },
    answer: ({ requestId, answers }) => agent.answer(requestId, answers),
    approve: ({ requestId, decision, remember }) => agent.approve(requestId, decision, remember === true),
    runQuery: (request, options) => runAlone(agent, request, options),
  };
}

async function* runAlone(
  agent: Alone['agent'],
  request: QueryRequest,
  options: CallOptions = {},
): AsyncGenerator<QueryEvent, void, undefined> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { queryId } = await agent.start(request);
  const listening = new AbortController();
  let ended = false;
  let cancelling: Promise<void> | null = null;
  const cancel = () => {
    // It may have ended on its own in the meantime.
    if (!ended) cancelling ??= agent.cancel(queryId).catch(() => undefined);
    return cancelling;
  };
  const onAbort = () => void cancel();
  signal?.addEventListener('abort', onAbort);
  try {
    for await (const { event } of agent.events(queryId, 0, listening.signal)) {
      signal?.throwIfAborted();
      ended = event.event === 'result' || event.event === 'error';
      yield event;
    }
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await cancel();
    listening.abort();
  }
}
