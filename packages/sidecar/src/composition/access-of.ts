import { type AccessTokens, createAccessTokens, createSuppliedTokens } from '../access-token/index.ts';
import { type Clock, firstIdOf, type Report } from '../credentials/index.ts';
import type { OAuthClient, OAuthConfiguration } from '../oauth/index.ts';
import type { Store } from '../store/index.ts';
import type { Configuration } from './configuration.ts';

/** What signs in here: Postern itself at a server, or the operator, whose program or file supplies access tokens. */
export interface Access {
  readonly accessTokens: AccessTokens;
  /** The store as the credential list sees it. What Postern stored earlier is left in place and not used. */
  readonly store: Store;
  readonly kind: {
    /** Tokens bill an organization, by request, and no plan. */
    readonly linkedBilling: boolean;
    readonly supplied: boolean;
  };
}

/** Builds it from the configuration. */
export function accessOf(
  { tokenSource, environment }: Pick<Configuration, 'tokenSource' | 'environment'>,
  { profile }: Pick<OAuthConfiguration, 'profile'>,
  deps: {
    readonly store: Store;
    readonly oauth: OAuthClient;
    readonly report: Report;
    readonly clock: Clock;
    readonly log: (line: string) => void;
  },
): Access {
  const { store } = deps;
  if (tokenSource === null)
    return {
      accessTokens: createAccessTokens(deps),
      store,
      kind: { linkedBilling: profile === 'claude_platform', supplied: false },
    };
  const ids = (): string[] => [firstIdOf('oauth')];
  return {
    accessTokens: createSuppliedTokens({ ...deps, source: tokenSource, environment }),
    store: { ...store, signIns: { ...store.signIns, ids } },
    kind: { linkedBilling: true, supplied: true },
  };
}
