import type { Health } from '@postern/contract';
import {
  createCredentialList,
  createDelegatedViews,
  createPreferences,
  createSignIns,
} from './accounts/index.ts';
import {
  agentIsolation,
  ChildRegistry,
  createAgent,
  endLeftovers,
  isPlainPath,
  programPath,
} from './agent/index.ts';
import { type Access, accessOf } from './composition/access-of.ts';
import { createAppEvents } from './composition/app-events.ts';
import { beginSession } from './composition/begin-session.ts';
import { type Configuration, realApiBaseUrl } from './composition/configuration.ts';
import { showDesktopNotices } from './composition/desktop-notices.ts';
import { sandboxOfRecord, startSandbox, withSandbox } from './composition/embedded-sandbox.ts';
import { createFiles, type Files, sweepAttachments } from './composition/files.ts';
import { healthOf } from './composition/health.ts';
import { keepReady } from './composition/keep-ready.ts';
import { createKeptLeases } from './composition/kept-leases.ts';
import { openConfiguredStore, type StorePorts } from './composition/open-configured-store.ts';
import { openHistory } from './composition/open-history.ts';
import { consoleConfigDir, delegatedEnvironment, findUi } from './composition/places.ts';
import { refuseLeakingRules } from './composition/refuse-leaking-rules.ts';
import { createUpstream } from './composition/upstream.ts';
import { usageRefresher, watchResets } from './composition/usage-watch.ts';
import { accountInSentence } from './credentials/index.ts';
import {
  claudeCodeHomes,
  createClaudeCodeAccounts,
  createDelegatedSignIns,
  isOnPath,
} from './delegated/index.ts';
import { createDoctor } from './doctor/index.ts';
import { createGateway } from './gateway/index.ts';
import { createLedger, timelineEntryOf } from './ledger/index.ts';
import { createOAuthClient } from './oauth/index.ts';
import { createCooldowns, createSelection } from './selection/index.ts';
import { createSettingsStore } from './settings/index.ts';
import { ensurePrivateDirectory, type Store } from './store/index.ts';
import { version } from './version.ts';

/** Everything that runs, built and not yet listening for the user. */
export interface Composition extends Files {
  readonly store: Store;
  readonly settings: ReturnType<typeof createSettingsStore>;
  readonly ledger: ReturnType<typeof createLedger>;
  readonly accessTokens: Access['accessTokens'];
  readonly gateway: Awaited<ReturnType<typeof createGateway>>;
  readonly signIns: ReturnType<typeof createSignIns>;
  readonly preferences: ReturnType<typeof createPreferences>;
  readonly credentials: ReturnType<typeof createCredentialList>;
  readonly claudeCode: ReturnType<typeof createClaudeCodeAccounts>;
  readonly agent: ReturnType<typeof createAgent>;
  readonly diagnostics: ReturnType<typeof createDoctor>;
  readonly refreshUsage: ReturnType<typeof usageRefresher>['refresh'];
  readonly events: ReturnType<typeof createAppEvents>;
  readonly sandboxUrl: string | null;
  readonly uiDirectory: string | null;
  readonly health: () => Health;
  /** Ends queries, children, timers and files, in the order in which they depend on each other. */
  close(): Promise<void>;
}

/** What only the entry point can know. */
export interface CompositionPorts extends StorePorts {
  /** Port of the sidecar, once it listens; the redirect URI needs it. */
  readonly sidecarPort: () => number;
  /** True where no sidecar will receive the redirect: a listener of its own does. */
  readonly alone: boolean;
}

/** Builds every object from one configuration value. @throws ConfigurationError, with nothing left running */
export async function compose(configuration: Configuration, ports: CompositionPorts): Promise<Composition> {
  const { log } = ports;
  const clock = Date.now;
  const sandboxMode = configuration.mode === 'sandbox';
  const closing: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    await ensurePrivateDirectory(configuration.dataDir);
    await endLeftovers(configuration.dataDir);
    const children = new ChildRegistry(configuration.dataDir);
    const store = await openConfiguredStore(configuration, ports);
    closing.push(() => store.close());
    const sandbox = sandboxMode && !ports.alone ? await startSandbox(configuration.sandboxKind) : null;
    if (sandbox !== null) closing.push(() => sandbox.close());

    const ledger = createLedger({ sql: store.sql, clock, log });
    if (!ports.alone) beginSession(store, ledger, log);
    const keptLeases = createKeptLeases({ documents: store.documents, log });
    const labelOf = (id: string) => keptLeases.all().find(({ leaseId }) => leaseId === id)?.label ?? null;
    if (ledger.recover(labelOf) > 0) log('receipts were written for turns that were cut off');
    const events = createAppEvents({
      addToTimeline: (entry) => ledger.addTimelineEntry(entry),
      timelineEntryOf: (fact) => timelineEntryOf(fact, nameOf),
      ...{ clock, log },
    });
    const { report } = events;
    const settings = createSettingsStore({ documents: store.documents, report, log });
    const nameOf = (id: string): string => accountInSentence(id, settings.read().accounts);
    const upstream = createUpstream(configuration.environment);
    closing.push(() => upstream.close());
    const oauthConfiguration = withSandbox(
      configuration.oauth,
      sandboxMode ? (sandbox ?? (await sandboxOfRecord(store))) : null,
    );
    const oauth = createOAuthClient(oauthConfiguration, {
      fetch: upstream.fetch,
      clock,
      log,
      userAgent: `postern/${version}`,
      environment: configuration.environment,
      ...(sandboxMode ? { provider: 'sandbox' } : {}),
    });
    const access = accessOf(configuration, oauthConfiguration, { store, oauth, report, clock, log });
    const { accessTokens } = access;
    closing.push(() => accessTokens.close());
    const program = await programPath(configuration.claudeProgram).catch(() => null);
    const homes = claudeCodeHomes(configuration.dataDir, configuration.environment);
    const cooldowns = createCooldowns({ documents: store.documents, clock, log });
    const claudeCode = createClaudeCodeAccounts({
      program,
      environment: delegatedEnvironment(configuration.environment),
      homes,
      onSignedIn: cooldowns.forget,
      recordProgram: (program) => children.note({ ...program, mark: null, tempDir: null }),
      sandbox: sandboxMode,
      report,
      clock,
    });
    closing.push(() => claudeCode.close());
    const delegated = createDelegatedSignIns({
      claudeCode,
      homes,
      consoleConfigDir: consoleConfigDir(configuration.environment),
      sandbox: sandboxMode,
      clock,
    });
    const apiBaseUrl = configuration.apiBaseUrl ?? sandbox?.apiBaseUrl ?? realApiBaseUrl;
    const selection = createSelection({
      accessTokens,
      cooldowns,
      store: access.store,
      settings,
      ledger,
      report,
      clock,
      sandbox: sandboxMode,
      linkedBilling: access.kind.linkedBilling,
      delegated,
      log,
    });
    const gateway = await createGateway({
      apiBaseUrl,
      selection,
      ledger,
      report,
      clock,
      dispatcher: upstream.dispatcher,
      billingUserProfileId: configuration.billingUserProfileId,
      ...(ports.alone ? {} : { keptLeases }),
      log,
    });
    closing.push(() => gateway.close());
    const signIns = createSignIns({
      redirectUriTemplate: oauthConfiguration.redirectUri,
      alwaysOwnListener: ports.alone,
      sidecarPort: ports.sidecarPort,
      store: access.store,
      access: access.kind,
      settings,
      oauth,
      accessTokens,
      gateway,
      selection,
      report,
      clock,
      log,
    });
    closing.push(() => signIns.close());
    const preferences = createPreferences({
      settings,
      store: access.store,
      accessTokens,
      oauth,
      gateway,
      delegated,
      report,
      log,
    });
    const credentials = createCredentialList({
      store: access.store,
      access: access.kind,
      accessTokens,
      selection,
      oauth,
      settings,
      delegated: createDelegatedViews({
        delegated,
        credentials: selection.delegated,
        hasAnt: () => isOnPath('ant', configuration.environment['PATH']),
        sandbox: sandboxMode,
      }),
      sandbox: sandboxMode,
      clock,
    });
    const history = openHistory(configuration.dataDir, log);
    closing.push(() => history.close());
    const files = await createFiles(configuration, { store, settings, events, report, clock, log, upstream });
    closing.push(() => files.mcpSignIns.close());
    const agent = createAgent({
      report,
      gateway,
      selection,
      settings,
      ledger,
      clock,
      dataDir: configuration.dataDir,
      documents: store.documents,
      sql: store.sql,
      history,
      children,
      ...files,
      delegated: selection.delegated,
      programPath: configuration.claudeProgram,
      baseEnvironment: configuration.environment,
      version,
      warm: !ports.alone,
      log: (level, text) => {
        if (level !== 'debug') log(text);
      },
    });
    closing.push(() => agent.close());
    if (!isPlainPath(configuration.dataDir)) await refuseLeakingRules(agent);
    if (!ports.alone) {
      closing.push(sweepAttachments(files.attachments, agent, log), keepReady(agent, gateway, events));
      closing.push(watchResets(ledger, report));
      closing.push(showDesktopNotices({ events, settings, nameOf, platform: process.platform, log }));
    }
    const usage = usageRefresher(configuration, {
      ...{ delegated: selection.delegated, children, documents: store.documents, clock, log },
    });
    const diagnostics = createDoctor({
      version,
      mode: configuration.mode,
      apiBaseUrl,
      oauthConfiguration,
      supplied: access.kind.supplied,
      program,
      environment: configuration.environment,
      store,
      settings,
      oauth,
      credentials,
      signIns,
      gateway,
      agent,
      isolation: () => agentIsolation(process.platform, configuration.environment['PATH']),
      reach: upstream.reach,
      clock,
      sidecarPort: ports.sidecarPort,
    });
    const uiDirectory = findUi(import.meta.dirname);
    if (!ports.alone) accessTokens.startRenewal();
    void delegated.refresh();
    return {
      store,
      settings,
      ledger,
      accessTokens,
      gateway,
      signIns,
      preferences,
      credentials,
      claudeCode,
      agent,
      ...files,
      diagnostics,
      refreshUsage: usage.refresh,
      events,
      sandboxUrl: sandbox?.url ?? null,
      uiDirectory,
      health: () => healthOf(configuration.mode, store, program, uiDirectory),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
