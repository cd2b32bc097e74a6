import { type CredentialView, errorTable, isErrorCode } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import {
  type Candidate,
  type Clock,
  firstIdOf,
  instant,
  payerOf,
  type SignIn,
  standingOf,
} from '../credentials/index.ts';
import type { OAuthClient } from '../oauth/index.ts';
import type { Selection } from '../selection/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import type { CredentialList } from './accounts.ts';
import { renewalRefused } from './auth-status.ts';
import type { DelegatedViews } from './create-delegated-views.ts';

export interface CredentialListDeps {
  readonly store: Pick<Store, 'signIns' | 'apiKeys'>;
  readonly accessTokens: Pick<AccessTokens, 'current'>;
  readonly selection: Pick<Selection, 'candidates'>;
  readonly oauth: Pick<OAuthClient, 'configured' | 'provider'>;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly delegated: DelegatedViews;
  readonly sandbox: boolean;
  /** What signs in: a sign-in of a plan, or one that bills an organization, which an operator may supply. */
  readonly access: { readonly linkedBilling: boolean; readonly supplied: boolean };
  readonly clock: Clock;
}

/** Every credential as the user sees it, in the order they are tried; one of each kind even where it is not there. */
export function createCredentialList(deps: CredentialListDeps): CredentialList {
  async function oauthViews(candidates: readonly Candidate[]): Promise<CredentialView[]> {
    const ids = deps.store.signIns.ids();
    const views: CredentialView[] = [];
    for (const id of ids.length === 0 ? [firstIdOf('oauth')] : ids) {
      const record = await deps.accessTokens.current(id);
      views.push(oauthView(id, record, candidates));
    }
    return views;
  }

  function oauthView(id: string, record: SignIn, candidates: readonly Candidate[]): CredentialView {
    const nowMs = deps.clock();
    const { state, connectAgain } = standingOf(record, nowMs);
    const candidate = candidates.find((each) => each.ref.id === id);
    const linkEnded = candidate?.linkEndedAtMs != null;
    const status =
      state === 'signed_out'
        ? deps.oauth.configured
          ? 'absent'
          : 'not_configured'
        : state === 'reauthorization_required' || linkEnded
          ? 'reauthorization_required'
          : isCoolingDown(candidate, nowMs)
            ? 'cooling_down'
            : record.status;
    const ended = state === 'signed_out' || state === 'signed_in' ? null : record.reason;
    // A token that was refused right after it was renewed has no code of its own.
    const pausedFor = candidate?.reason ?? (status === 'cooling_down' ? 'no_working_credential' : null);
    return {
      id,
      kind: 'oauth',
      label: record.account?.email ?? record.account?.name ?? labelAt(deps.access, deps.oauth.provider, id),
      payer: payerOf('oauth', deps.sandbox, deps.access.linkedBilling),
      status,
      expiresAt: record.tokens === null ? null : instant(record.tokens.expiresAtMs),
      cooldownUntil: cooldownUntil(candidate, nowMs),
      reason: linkEnded ? 'reauthorization_required' : (ended ?? pausedFor),
      nextStep:
        connectAgain && record.failedAttempt !== null && status !== 'reauthorization_required'
          ? renewalRefused
          : nextStepOf(
              status === 'not_configured'
                ? 'oauth_not_configured'
                : status === 'absent'
                  ? 'not_signed_in'
                  : status === 'reauthorization_required'
                    ? 'reauthorization_required'
                    : (record.failedAttempt?.code ?? pausedFor),
            ),
    };
  }

  function apiKeyViews(candidates: readonly Candidate[]): CredentialView[] {
    const ids = deps.store.apiKeys.ids();
    const nowMs = deps.clock();
    return (ids.length === 0 ? [firstIdOf('api_key')] : ids).map((id) => {
      const candidate = candidates.find((each) => each.ref.id === id);
      const there = ids.includes(id);
      const status = !there
        ? 'absent'
        : isCoolingDown(candidate, nowMs)
          ? 'cooling_down'
          : candidate?.usable === false
            ? 'rejected'
            : 'active';
      return {
        id,
        kind: 'api_key',
        label: keyLabel(id),
        payer: payerOf('api_key', deps.sandbox),
        status,
        expiresAt: null,
        cooldownUntil: cooldownUntil(candidate, nowMs),
        reason: there ? (candidate?.reason ?? null) : null,
        nextStep: there ? nextStepOf(candidate?.reason ?? null) : null,
      };
    });
  }

  return {
    async views() {
      const candidates = await deps.selection.candidates();
      const all = [
        ...(await oauthViews(candidates)),
        ...(await deps.delegated.views()),
        ...apiKeyViews(candidates),
      ];
      const { credentialOrder: order, accounts = [] } = deps.settings.read();
      const rank = new Map(accounts.map(({ id }, at) => [id, at]));
      const rankOf = ({ id }: CredentialView): number => rank.get(id) ?? accounts.length;
      const labels = new Map(accounts.map(({ id, label }) => [id, label]));
      return all
        .map((view) => ({ ...view, label: labels.get(view.id) ?? view.label }))
        .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || rankOf(a) - rankOf(b));
    },
  };
}

/** Without a name of its own a sign-in is called by its server; only Anthropic's is one of a plan. */
function labelAt(
  { supplied, linkedBilling }: CredentialListDeps['access'],
  provider: string | null,
  id: string,
): string {
  if (supplied) return 'Access from your operator';
  if (linkedBilling)
    return id === firstIdOf('oauth')
      ? 'Linked organization'
      : `Linked organization (${id.slice(id.indexOf(':') + 1)})`;
  const own = provider === null || provider === 'anthropic' || provider === 'sandbox';
  const label = own ? 'Claude plan (Max) sign-in' : `Sign-in at ${provider}`;
  return id === firstIdOf('oauth') ? label : `${label} (${id.slice(id.indexOf(':') + 1)})`;
}

/** A key beside the first one carries its name. */
function keyLabel(id: string): string {
  return id === firstIdOf('api_key') ? 'API key' : `API key (${id.slice(id.indexOf(':') + 1)})`;
}

function isCoolingDown(candidate: Candidate | undefined, nowMs: number): boolean {
  return cooldownUntil(candidate, nowMs) !== null;
}

function cooldownUntil(candidate: Candidate | undefined, nowMs: number): string | null {
  const until = candidate?.cooldownUntilMs ?? null;
  return until === null || until <= nowMs ? null : instant(until);
}

function nextStepOf(code: string | null): string | null {
  return code !== null && isErrorCode(code) ? errorTable[code].nextStep : null;
}
