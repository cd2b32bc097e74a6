import { mkdirSync } from 'node:fs';
import { defaultSettings } from '@postern/contract';
import type { Sandbox } from '@postern/sandbox';
import type { Schedule } from '../../../packages/sidecar/src/access-token/access-tokens.ts';
import { createAccessTokens } from '../../../packages/sidecar/src/access-token/index.ts';
import type { RefreshStep } from '../../../packages/sidecar/src/access-token/refresh.ts';
import { createSignIns, type SignInStep } from '../../../packages/sidecar/src/accounts/index.ts';
import { createUpstream } from '../../../packages/sidecar/src/composition/upstream.ts';
import type { Clock } from '../../../packages/sidecar/src/credentials/index.ts';
import { createGateway } from '../../../packages/sidecar/src/gateway/index.ts';
import { createLedger } from '../../../packages/sidecar/src/ledger/index.ts';
import { createOAuthClient, type Fetch, noOAuthServer } from '../../../packages/sidecar/src/oauth/index.ts';
import {
  createCooldowns,
  createSelection,
  type Selection,
} from '../../../packages/sidecar/src/selection/index.ts';
import { createSettingsStore } from '../../../packages/sidecar/src/settings/index.ts';
import type { Store } from '../../../packages/sidecar/src/store/index.ts';
import { noDelegatedSignIns } from '../../../packages/sidecar/test/support/delegated/fake-sign-ins.ts';
import { openTestStore } from '../../../packages/sidecar/test/support/store/harness.ts';

/** The one credential of these tests. */
export const credentialId = 'oauth:default';

/** Where a process of the tests belongs, and what it is handed instead of the real thing. */
export interface RoomsOptions {
  readonly dataDir: string;
  readonly sandbox: Pick<Sandbox, 'issuer' | 'clientId' | 'apiBaseUrl'>;
  readonly clock?: Clock;
  readonly schedule?: Schedule;
  readonly log?: (line: string) => void;
  /** Default: sealed under a passphrase whose derivation is cheap. */
  readonly openStore?: (dataDir: string) => Promise<Store>;
  /** Stands before every request to the authorization server. */
  readonly fetch?: (fetch: Fetch) => Fetch;
  /** How long anybody waits for the lock; default: as long as the rooms wait by themselves. */
  readonly lockWaitMs?: number;
  /** Called at each step of a refresh, a sign-in and a sign-out. */
  readonly onStep?: (step: RefreshStep | SignInStep) => void;
}

/** The rooms that a sign-in lives in, composed as the sidecar composes them. */
export interface Rooms {
  readonly store: Store;
  readonly accessTokens: ReturnType<typeof createAccessTokens>;
  readonly signIns: ReturnType<typeof createSignIns>;
  readonly selection: Selection;
  readonly gateway: Awaited<ReturnType<typeof createGateway>>;
  /** Breaks off every connection, as the end of a process does. */
  disconnect(): Promise<void>;
  close(): Promise<void>;
}

/** Composes them over a data directory: one process of Postern, as far as its sign-in is concerned. */
export async function openRooms(options: RoomsOptions): Promise<Rooms> {
  const { dataDir, sandbox, clock = Date.now, log = () => undefined } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const open = options.openStore ?? ((path) => openTestStore(path, { kind: 'passphrase_file', log }));
  const store = withLockWait(await open(dataDir), options.lockWaitMs);
  const report = (): void => undefined;
  const upstream = createUpstream({});
  const step = options.onStep === undefined ? {} : { onStep: options.onStep };
  const oauth = createOAuthClient(
    {
      ...noOAuthServer,
      issuer: sandbox.issuer,
      clientId: sandbox.clientId,
      scopes: ['user:inference', 'user:profile'],
    },
    { fetch: options.fetch?.(upstream.fetch) ?? upstream.fetch, clock, log },
  );
  const schedule = options.schedule === undefined ? {} : { schedule: options.schedule };
  const accessTokens = createAccessTokens({ store, oauth, report, clock, log, ...schedule, ...step });
  const ledger = createLedger({ sql: store.sql, clock, log });
  const selection = createSelection({
    cooldowns: createCooldowns({ documents: store.documents, clock, log }),
    delegated: noDelegatedSignIns,
    accessTokens,
    store,
    settings: createSettingsStore({ documents: store.documents, report, log }),
    ledger,
    report,
    clock,
    sandbox: false,
    log,
  });
  const gateway = await createGateway({
    apiBaseUrl: sandbox.apiBaseUrl,
    selection,
    ledger,
    clock,
    dispatcher: upstream.dispatcher,
    log,
  });
  const signIns = createSignIns({
    redirectUriTemplate: 'http://127.0.0.1:{port}/auth/anthropic/callback',
    alwaysOwnListener: false,
    access: { linkedBilling: false, supplied: false },
    sidecarPort: () => 8765,
    store,
    settings: { read: () => defaultSettings },
    oauth,
    accessTokens,
    gateway,
    selection,
    report,
    clock,
    log,
    ...step,
  });
  return {
    store,
    accessTokens,
    signIns,
    selection,
    gateway,
    disconnect: () => upstream.close(),
    async close() {
      await signIns.close();
      await gateway.close();
      await accessTokens.close();
      await upstream.close();
      await store.close();
    },
  };
}

function withLockWait(store: Store, timeoutMs: number | undefined): Store {
  if (timeoutMs === undefined) return store;
  return {
    ...store,
    exclusively: (work, options) =>
      store.exclusively(work, { timeoutMs: Math.min(options?.timeoutMs ?? timeoutMs, timeoutMs) }),
  };
}
