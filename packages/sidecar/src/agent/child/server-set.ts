import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { McpSdkServerConfigWithInstance } from '@anthropic-ai/claude-agent-sdk';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { isSecretName, type McpServerState } from '@postern/contract';
import type { OwnServers, RemoteServer, ServerDefinition, ServerValue } from '../../mcp/index.ts';
import { Secret } from '../../secret/index.ts';
import type { ChildRegistry } from './child-registry.ts';
import { HttpServer } from './http-server.ts';
import { BridgedServer, type BridgeState } from './server-bridge.ts';
import { ServerRefusal, serverFailure } from './server-failure.ts';
import { type ServerFetch, serverFetch } from './server-fetch.ts';
import { ServerProcess, serverEnvironment } from './server-process.ts';
import { signedInFetch } from './signed-in-fetch.ts';

/** How long a prompt waits for a server’s first answer. */
const usualPatienceMs = 8_000;

/** What servers are started with. */
export interface ServerSetDeps {
  /** Real path: where the folder’s and the editor’s servers are started, which both need trust. */
  readonly workspace: string;
  /**
   * Real path of the user’s home folder: where the user’s own servers are started. They start for a folder that is not trusted as well,
   * and package runners (`npx`, `python -m`) run the code of the folder that they are started in.
   */
  readonly home: string;
  /** What is passed to programs of our environment. */
  readonly passed: Readonly<Record<string, string>>;
  readonly registry: Pick<ChildRegistry, 'note'>;
  readonly own: Pick<OwnServers, 'secret' | 'note' | 'access'>;
  /** Bytes that the program has yet to read. */
  readonly waiting: () => number;
  /** How long a prompt waits for a server’s first answer; default: 8 s. */
  readonly patienceMs?: number | undefined;
}

/** The MCP servers of one program: started with it, and gone with it. */
export interface ServerSet {
  /** For the SDK. Each is started when the program is. */
  readonly configs: Readonly<Record<string, McpSdkServerConfigWithInstance>>;
  /** False once one that worked was lost, or one got ready too late: another program would have it. */
  readonly isWhole: boolean;
  /** Tells of each that does not work, now and from now on; gives the function that ends it. */
  follow(listener: (state: McpServerState) => void): () => void;
  /** Ends all of them. Settles when nothing of them runs. */
  close(): Promise<void>;
}

/** Starts nothing yet. */
export function openServerSet(definitions: readonly ServerDefinition[], deps: ServerSetDeps): ServerSet {
  const patienceMs = deps.patienceMs ?? usualPatienceMs;
  const broken = new Map<string, McpServerState>();
  const listeners = new Set<(state: McpServerState) => void>();
  const processes = new Set<ServerProcess>();
  const http = serverFetch(deps.passed);
  /** What servers were given: as long as it is held here, it is hidden in what they say. Emptied once nothing of them runs. */
  const given: Secret[] = [];
  const bridges: BridgedServer[] = [];
  let isWhole = true;
  let closing: Promise<void> | null = null;

  const bridged = (definition: ServerDefinition): BridgedServer => {
    let process: ServerProcess | null = null;
    const onState = (state: BridgeState): void => {
      if (closing !== null) return;
      if (state.status === 'late') isWhole = false;
      if (state.status !== 'failed') {
        const { name, origin } = definition;
        deps.own.note({ name, origin, status: 'connected', reason: null, nextStep: null });
        return;
      }
      if (state.wasConnected) isWhole = false;
      const words = process?.hasEnded === true ? process.lastWords : null;
      const failure = serverFailure(definition, state, words, patienceMs);
      broken.set(definition.name, failure);
      deps.own.note(failure);
      for (const listener of listeners) listener(failure);
    };
    const open = async (): Promise<Transport> => {
      if (definition.kind !== 'stdio') return await remote(definition, http, deps, given);
      for (const { path, hash } of definition.files) await checkPinned(path, hash);
      const own = await revealed(definition.env, deps, given);
      const { command, args, origin } = definition;
      const cwd = origin === 'own' ? deps.home : deps.workspace;
      const environment = serverEnvironment(deps.passed, own);
      process = new ServerProcess({ command, args, cwd, environment, mark: randomUUID() }, deps.registry);
      processes.add(process);
      return process;
    };
    return new BridgedServer(definition.name, { open, onState, patienceMs, waiting: deps.waiting });
  };

  const configs = Object.fromEntries(
    definitions.map((definition): [string, McpSdkServerConfigWithInstance] => {
      const instance = bridged(definition);
      bridges.push(instance);
      return [definition.name, { type: 'sdk', name: definition.name, instance }];
    }),
  );
  return {
    configs,
    get isWhole() {
      return isWhole;
    },
    follow(listener) {
      for (const state of broken.values()) listener(state);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing ??= Promise.all([
        ...bridges.map((bridge) => bridge.leave()),
        ...[...processes].map((process) => process.close()),
      ])
        .then(() => http.close())
        .finally(() => given.splice(0));
      return closing;
    },
  };
}

async function remote(
  definition: RemoteServer,
  { fetch }: ServerFetch,
  deps: ServerSetDeps,
  given: Secret[],
): Promise<Transport> {
  const { kind, url, headers } = definition;
  const address = new URL(url);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(address.hostname);
  if (address.protocol === 'http:' && !isLoopback && Object.keys(headers).length > 0)
    throw new ServerRefusal('Its headers would be sent unencrypted.', 'Give its https address.');
  const sent = await revealed(headers, deps, given);
  const access = deps.own.access(definition, deps.workspace);
  const way = access === null ? fetch : signedInFetch(fetch, address, access);
  return kind === 'sse'
    ? new SSEClientTransport(address, { requestInit: { headers: sent }, fetch: way })
    : new HttpServer(address, sent, way);
}

/**
 * The values themselves. Those that are secrets are added to `given`: a secret is hidden in texts only while it is held. A folder’s and an
 * editor’s are written out in their settings; what their names call a secret is hidden as well.
 * @throws ServerRefusal where a secret is not there
 */
async function revealed(
  values: Readonly<Record<string, ServerValue>>,
  { own }: Pick<ServerSetDeps, 'own'>,
  given: Secret[],
): Promise<Record<string, string>> {
  const entries = Object.entries(values).map(async ([name, value]): Promise<[string, string]> => {
    if (typeof value === 'string') {
      if (isSecretName(name)) given.push(new Secret(value), ...tokenIn(value));
      return [name, value];
    }
    const secret = await own.secret(value.secret);
    if (secret !== null) {
      const text = secret.reveal();
      given.push(secret, ...tokenIn(text));
      return [name, text];
    }
    throw new ServerRefusal(
      `The secret ${value.secret} is not there.`,
      `Save it in Settings, or with: postern mcp secret ${value.secret}`,
    );
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The token alone of a value such as `Bearer <token>`: a server may print it without the scheme. */
function tokenIn(value: string): Secret[] {
  const token = /^[A-Za-z]+ +(\S+)$/.exec(value)?.[1];
  return token === undefined ? [] : [new Secret(token)];
}

/** @throws ServerRefusal where the file is not what was looked at */
async function checkPinned(path: string, hash: string): Promise<void> {
  const content = await readFile(path).catch(() => null);
  if (content !== null && createHash('sha256').update(content).digest('hex') === hash) return;
  throw new ServerRefusal(
    `${path} is no longer what you trusted.`,
    'Look at what the folder would load, and trust it again.',
  );
}
