import type { CredentialList, SignIns } from '../accounts/index.ts';
import type { Agent, AgentIsolation } from '../agent/index.ts';
import type { Clock } from '../credentials/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { OAuthClient, OAuthConfiguration } from '../oauth/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import type { Reach } from './reach.ts';

/** What the doctor looks at, each port as narrow as its look. */
export interface DoctorDeps {
  // Config
  readonly version: string;
  readonly mode: 'sandbox' | 'live';
  readonly apiBaseUrl: string;
  readonly oauthConfiguration: OAuthConfiguration;
  /** Access tokens come from the operator. */
  readonly supplied: boolean;
  readonly program: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  // Services
  readonly store: Pick<Store, 'health' | 'losses' | 'warning'>;
  readonly settings: Pick<SettingsStore, 'unreadable'>;
  readonly oauth: Pick<OAuthClient, 'configured' | 'describe' | 'issuer' | 'missing'>;
  readonly credentials: CredentialList;
  readonly signIns: Pick<SignIns, 'status'>;
  readonly gateway: Pick<Gateway, 'tryCredential'>;
  readonly agent: Pick<Agent, 'ownWorkspace'>;
  readonly isolation: () => Promise<AgentIsolation>;
  readonly reach: Reach;
  readonly clock: Clock;
  /** 0 where no sidecar listens here. */
  readonly sidecarPort: () => number;
}
