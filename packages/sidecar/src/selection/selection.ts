import type { CredentialRef, ErrorCode } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import {
  type Candidate,
  type ChoiceReason,
  type Clock,
  credentialRef,
  type DelegatedCredentials,
  type Report,
} from '../credentials/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import { type Acquired, acquireCredential } from './acquire-credential.ts';
import { createChooseCredential } from './choose-credential.ts';
import type { Cooldowns } from './cooldowns.ts';
import { type CredentialStatus, createCredentialStatus } from './credential-status.ts';
import { createDelegatedCredentials, type DelegatedCredentialsDeps } from './delegated-credentials.ts';
import { createEndedLinks } from './ended-links.ts';
import { createFallbackConsents } from './fallback-consents.ts';
import { createFallbackQuestions } from './fallback-questions.ts';
import { openQuery } from './open-query.ts';
import type { QueryHandle, QueryListener, QueryScope } from './query.ts';
import type { LetPay, QueryState } from './query-state.ts';
import { createResetWaits } from './reset-waits.ts';
import { createResolveCredential, type RejectedToken, type ResolveCredential } from './resolve-credential.ts';
import { createSharedQuestions } from './shared-questions.ts';
import { createSpendConsents } from './spend-consents.ts';
import { createSpendGuard, type SpendGuard } from './spend-guard.ts';
import { createSwitchNotifier, type SwitchNotifier } from './switch-notifier.ts';
import type { Unavailability } from './unavailability.ts';
import { createUsageLimitTracker, type UsageLimitTracker } from './usage-limit-tracker.ts';

/** What a query would start with, or why it cannot. */
export type BeforeQuery =
  | {
      readonly credential: CredentialRef;
      readonly reason: ChoiceReason;
      /** True where the user has to be asked before anything is sent. */
      readonly asks: boolean;
    }
  | { readonly code: ErrorCode; readonly retryAtMs: number | null };

/** One request of a query that needs a credential. */
export interface CredentialRequest {
  /** What was found unavailable while this request was served; what is found now is added. */
  readonly unavailable: Map<string, Unavailability>;
  /** A token that the service rejected while this request was served: of its sign-in, a newer one is needed. */
  readonly rejected: RejectedToken | null;
  /** Decides without getting what is sent. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Aborted when the query itself is over; default `signal`. */
  readonly queryOver?: AbortSignal;
  /** The model that is asked for, as cooldowns name it; default null: only cooldowns of whole credentials count. */
  readonly model?: string | null;
  /** A plan's reset was waited for: the request starts over. */
  readonly onWaited?: () => void;
}

/** Decides which credential pays, asks where the policy says so, and gets what is sent. */
export interface Selection {
  /** A query that nothing was settled in yet. Without a scope: only credentials that Postern holds itself. */
  openQuery(queryId: string, listener: QueryListener, scope?: QueryScope): QueryHandle;
  /**
   * Which credential a query would use right now and why (`preferred`, or the cause of a fallback), or why none: asked before a
   * stream opens. A token that has to be renewed is renewed; with `dryRun` nothing is, and nothing waits for the network: for
   * screens. Where the user would have to be asked first, it is the credential the query starts with, and `asks` is true.
   * Without a scope: every credential as it stands, no workspace's own first. A key that was refused may be tried once more by a query;
   * with `refusedKeys: 'out'` it counts as refused, as lists show it.
   */
  choose(options?: {
    readonly dryRun?: boolean;
    readonly scope?: QueryScope;
    readonly refusedKeys?: 'tried' | 'out';
  }): Promise<BeforeQuery>;
  /** Every credential in order, as it stands, those of other programs included. */
  candidates(): Promise<readonly Candidate[]>;
  /** The credential for one request of a query; the user is asked where the policy says so. */
  acquire(query: QueryState, request: CredentialRequest): Promise<Acquired>;
  /** The reference of a credential that Postern holds itself. */
  refOf(credentialId: string): CredentialRef;
  /** What is sent for a credential, without a choice. */
  readonly resolve: ResolveCredential;
  /** Where the outcome of a request is noted. */
  readonly status: CredentialStatus;
  readonly switches: SwitchNotifier;
  readonly usageLimits: UsageLimitTracker;
  /** What a call may cost, checked before it is sent. */
  readonly spending: SpendGuard;
  /** Sign-ins that other programs hold. */
  readonly delegated: DelegatedCredentials;
}

/** What the selection is built from. */
export interface SelectionDeps {
  // Config
  readonly sandbox: boolean;
  /** Sign-ins bill an organization, by request, not a plan. */
  readonly linkedBilling?: boolean | undefined;
  /** How long a question to the user may wait; default 4 minutes, because it holds a request upstream. */
  readonly questionExpiresAfterMs?: number;
  /** How long a call waits for others to leave it room under a cap before the user is asked; default 5 s. */
  readonly roomPatienceMs?: number;
  /** How often a request that waits for a plan's reset looks at the clock; default once a second, as timers stand still while a machine sleeps. */
  readonly resetLookMs?: number;
  // Stores
  readonly cooldowns: Cooldowns;
  readonly store: Pick<Store, 'signIns' | 'apiKeys' | 'documents'>;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly ledger: Pick<Ledger, 'calls' | 'noteWindow' | 'windows'>;
  // Services
  readonly delegated: DelegatedCredentialsDeps['signIns'];
  readonly accessTokens: Pick<AccessTokens, 'current' | 'get' | 'noteAccepted' | 'noteRejectedAgain'>;
  readonly report: Report;
  readonly clock: Clock;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
}

const fourMinutesMs = 4 * 60_000;
const fiveSecondsMs = 5_000;
const oneSecondMs = 1_000;
const keyRefused: Unavailability = { code: 'api_key_rejected', retryAtMs: null };

/** The module's main export. */
export function createSelection(deps: SelectionDeps): Selection {
  const { accessTokens, store, settings, ledger, report, clock, sandbox, linkedBilling, log } = deps;
  const usageLimits = createUsageLimitTracker({ ledger, report, clock: deps.clock });
  const delegated = createDelegatedCredentials({ ...deps, signIns: deps.delegated, usageLimits });
  const status = createCredentialStatus({
    accessTokens,
    cooldowns: deps.cooldowns,
    store,
    report,
    clock,
    sandbox,
    linkedBilling,
    links: createEndedLinks({ documents: store.documents, clock, log }),
  });
  const consents = createFallbackConsents({ documents: store.documents, clock });
  const decide = createChooseCredential({
    status,
    settings,
    consents,
    sandbox,
    linkedBilling,
    clock,
  });
  const resolve = createResolveCredential({ accessTokens, store });
  const expiresAfterMs = deps.questionExpiresAfterMs ?? fourMinutesMs;
  const shared = createSharedQuestions({ expiresAfterMs, log });
  const questions = createFallbackQuestions({ questions: shared, consents, log });
  const spending = createSpendGuard({
    ledger,
    settings,
    consents: createSpendConsents({ documents: store.documents, clock }),
    questions: shared,
    roomPatienceMs: deps.roomPatienceMs ?? fiveSecondsMs,
    log,
  });
  const switches = createSwitchNotifier({ report });
  const resets = createResetWaits({
    ledger,
    clock,
    refusedWindow: (id, untilMs) => deps.cooldowns.running().windowOf(id, untilMs),
    lookAgainMs: deps.resetLookMs ?? oneSecondMs,
  });

  /** Whether a credential that was waited for can be had before its reset: its limit was lifted, or it is another one now. */
  async function isLifted(query: QueryState, credentialId: string, model: string | null): Promise<boolean> {
    const next = await decide.forQuery(query, new Map(), model);
    return next.do !== 'wait' || next.credential.id !== credentialId;
  }

  async function versionOf(credentialId: string): Promise<number | null> {
    const entries = await status.entries();
    return entries.find(({ candidate }) => candidate.ref.id === credentialId)?.version ?? null;
  }

  async function acquire(query: QueryState, request: CredentialRequest): Promise<Acquired> {
    const { unavailable, rejected, dryRun, signal, queryOver = signal, model = null } = request;
    const choose = (found: ReadonlyMap<string, Unavailability>) => decide.forQuery(query, found, model);
    return await acquireCredential({
      choose,
      ask: (choice) => {
        const { capUsdPerDay } = settings.read().fallback;
        return questions.settle(query, choice, () => choose(unavailable), capUsdPerDay, signal);
      },
      wait: async (choice) => {
        query.waitsForModel = model;
        await resets.wait(query, choice, { signal, queryOver }, () =>
          isLifted(query, choice.credential.id, model),
        );
        // Settled for this query, which has now waited for it.
        if (query.refused.get(choice.credential.id)?.reason === 'plan_limit_reached')
          query.refused.delete(choice.credential.id);
        request.onWaited?.();
      },
      resolve: dryRun ? null : (ref) => resolve(ref, rejected?.id === ref.id ? rejected.version : null),
      versionOf,
      unavailable,
      signal,
      log,
    });
  }

  async function keysThatWereRefused(): Promise<Map<string, Unavailability>> {
    const refused = (await status.entries()).filter(({ wasRefused }) => wasRefused);
    return new Map(refused.map(({ candidate }) => [candidate.ref.id, keyRefused]));
  }

  async function letPay(query: QueryState, credentialId: string | null): Promise<LetPay | null> {
    const insteadOf = await decide.usedUp(query, query.waitsForModel);
    const asked = { ...query, letPay: { credentialId, insteadOf } };
    const next = await decide.forQuery(asked, new Map(), query.waitsForModel);
    return next.do === 'use' || next.do === 'ask' ? asked.letPay : null;
  }

  return {
    openQuery: (queryId, listener, scope = { first: null, delegated: () => [] }) =>
      openQuery({ acquire, letPay, switches, spending, clock }, queryId, listener, scope),
    async choose({
      dryRun = false,
      scope = { first: null, delegated: delegated.candidates },
      refusedKeys = 'tried',
    } = {}) {
      const acquired = await acquireCredential({
        choose: (found) => decide.beforeQuery(scope, found),
        ask: null,
        wait: null,
        resolve: dryRun ? null : (ref) => resolve(ref, null),
        versionOf,
        unavailable: refusedKeys === 'out' ? await keysThatWereRefused() : new Map(),
        signal: null,
        log,
      });
      switch (acquired.do) {
        case 'use':
          return { credential: acquired.credential, reason: acquired.reason, asks: false };
        case 'ask':
          // The query starts with the preferred one, and the question comes in it.
          return { credential: acquired.from, reason: acquired.reason, asks: true };
        case 'wait':
          return { credential: acquired.credential, reason: acquired.reason, asks: true };
        case 'stop':
          return { code: acquired.code, retryAtMs: acquired.retryAtMs };
        case 'aborted':
          throw new Error('a choice without a signal cannot be aborted');
      }
    },
    async candidates() {
      const { credentialOrder } = settings.read();
      const entries = await status.entries();
      // Shown as not usable until it is replaced or accepted; a query still tries it, once.
      const own = entries.map(({ candidate, wasRefused }) =>
        wasRefused || candidate.linkEndedAtMs != null ? { ...candidate, usable: false } : candidate,
      );
      const all = [...own, ...delegated.candidates()];
      return credentialOrder.flatMap((kind) => all.filter(({ ref }) => ref.kind === kind));
    },
    acquire,
    refOf(id) {
      const kind = store.apiKeys.ids().includes(id) ? 'api_key' : 'oauth';
      return credentialRef(kind, sandbox, linkedBilling, id);
    },
    resolve,
    status,
    switches,
    usageLimits,
    spending,
    delegated,
  };
}
