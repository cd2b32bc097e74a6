import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryEvent, QueryEventName, QueryRequest } from '@postern/contract';
import { type Sandbox, startSandbox } from '@postern/sandbox';
import { Agent as Dispatcher } from 'undici';
import { onTestFinished } from 'vitest';
import {
  type Agent,
  type AgentDeps,
  ChildRegistry,
  createAgent,
  type NumberedEvent,
} from '../../../src/agent/index.ts';
import { openHistory } from '../../../src/composition/open-history.ts';
import { createGateway, type Gateway } from '../../../src/gateway/index.ts';
import { createLedger, type Ledger } from '../../../src/ledger/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import { createCooldowns, createSelection, type Selection } from '../../../src/selection/index.ts';
import { createSettingsStore, type SettingsStore } from '../../../src/settings/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { noDelegatedSignIns } from '../delegated/fake-sign-ins.ts';
import { PlayedAccessTokens } from '../gateway/harness.ts';

/** Everything real around an agent: program, gateway, store, ledger, settings, and the sandbox for the service. */
export interface AgentHouse {
  readonly agent: Agent;
  readonly gateway: Gateway;
  readonly selection: Selection;
  readonly ledger: Ledger;
  readonly settings: SettingsStore;
  readonly sandbox: Sandbox;
  readonly tokens: PlayedAccessTokens;
  readonly store: Store;
  /** Holds everything, and is removed after the test. */
  readonly root: string;
  readonly dataDir: string;
  readonly workspace: string;
  readonly logs: string[];
  /** Another agent on the same data directory, as after a restart. */
  restart(deps?: Partial<AgentDeps>): Promise<Agent>;
  /** Scripts trouble at the sandbox. */
  trouble(fault: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * Opens a house with an API key and no sign-in.
 * @param apiBaseUrl default: the sandbox's
 */
export async function openAgentHouse(
  deps: Partial<AgentDeps> = {},
  { apiBaseUrl }: { readonly apiBaseUrl?: string } = {},
): Promise<AgentHouse> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-agent-')));
  const [dataDir, workspace, home] = [join(root, 'data'), join(root, 'workspace'), join(root, 'home')];
  for (const dir of [dataDir, workspace, home]) mkdirSync(dir, { mode: 0o700 });
  const logs: string[] = [];
  const log = (line: string): void => {
    logs.push(line);
  };
  const clock = Date.now;
  const report = (): void => undefined;
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600, paceMs: 0 });
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  await store.apiKeys.write('api_key:default', new Secret(sandbox.apiKey));
  const ledger = createLedger({ sql: store.sql, clock, log });
  const settings = createSettingsStore({ documents: store.documents, report, log });
  const tokens = new PlayedAccessTokens(store, clock);
  const dispatcher = new Dispatcher({ connections: 64 });
  const selection = createSelection({
    cooldowns: createCooldowns({ documents: store.documents, clock, log }),
    delegated: noDelegatedSignIns,
    accessTokens: tokens,
    store,
    settings,
    ledger,
    report,
    clock,
    sandbox: true,
    log,
  });
  const gateway = await createGateway({
    apiBaseUrl: apiBaseUrl ?? sandbox.apiBaseUrl,
    selection,
    ledger,
    clock,
    dispatcher,
    log,
  });
  const history = openHistory(dataDir, log);
  const agents: Agent[] = [];
  const open = (more: Partial<AgentDeps>): Agent => {
    const agent = createAgent({
      gateway,
      selection,
      settings,
      ledger,
      clock,
      dataDir,
      programPath: null,
      documents: store.documents,
      sql: store.sql,
      history,
      children: new ChildRegistry(dataDir),
      version: '0.0.0-test',
      warm: false,
      // Asked of the real program in a test of its own; here it would double every start.
      denyRules: { hold: async () => undefined },
      log: (level, text) => log(`${level}: ${text}`),
      ...more,
      // A home of its own: the program starts each shell with what is in the person's.
      baseEnvironment: {
        ...process.env,
        HOME: home,
        ...more.baseEnvironment,
        XDG_CACHE_HOME: join(root, 'cache'),
      },
    });
    agents.push(agent);
    return agent;
  };
  const agent = open(deps);
  onTestFinished(async () => {
    await Promise.all(agents.map((each) => each.close()));
    history.close();
    await gateway.close();
    await dispatcher.destroy();
    await store.close();
    await sandbox.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    ...{
      agent,
      gateway,
      selection,
      ledger,
      settings,
      sandbox,
      tokens,
      store,
      root,
      dataDir,
      workspace,
      logs,
    },
    async restart(more = {}) {
      await Promise.all(agents.map((each) => each.close()));
      return open({ ...deps, ...more });
    },
    async trouble(fault) {
      const response = await fetch(`${sandbox.url}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (!response.ok) throw new Error(`the sandbox refused the fault: ${await response.text()}`);
    },
  };
}

/** What a query brought, from its first event to its last. */
export interface Heard {
  readonly queryId: string;
  readonly events: readonly QueryEvent[];
  readonly text: string;
  all<Name extends QueryEventName>(name: Name): readonly DataOf<Name>[];
  /** The only one of its name. */
  one<Name extends QueryEventName>(name: Name): DataOf<Name>;
}

type DataOf<Name extends QueryEventName> = Extract<QueryEvent, { event: Name }>['data'];

/** Starts a query and hears it to the end. `on` may act on what it hears. */
export async function ask(
  agent: Agent,
  request: QueryRequest,
  on: (event: QueryEvent, queryId: string) => void | Promise<void> = () => undefined,
): Promise<Heard> {
  const { queryId } = await agent.start(request);
  const events: QueryEvent[] = [];
  for await (const { event } of agent.events(queryId, 0, AbortSignal.timeout(60_000))) {
    events.push(event);
    await on(event, queryId);
  }
  const all = <Name extends QueryEventName>(name: Name): readonly DataOf<Name>[] =>
    events.filter((event) => event.event === name).map((event) => event.data as DataOf<Name>);
  return {
    queryId,
    events,
    text: all('assistant_text')
      .map(({ text }) => text)
      .join(''),
    all,
    one<Name extends QueryEventName>(name: Name) {
      const [only, ...more] = all(name);
      if (only === undefined || more.length > 0)
        throw new Error(`${all(name).length} events ${name}: ${JSON.stringify(events)}`);
      return only;
    },
  };
}

/** The events numbered, up to the end. */
export async function replay(
  agent: Agent,
  queryId: string,
  afterId: number,
): Promise<readonly NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  for await (const event of agent.events(queryId, afterId, AbortSignal.timeout(10_000))) events.push(event);
  return events;
}
