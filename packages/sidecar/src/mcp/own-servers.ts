import type {
  ChosenSettings,
  McpSecretRequest,
  McpServer,
  McpServerList,
  McpServerState,
  McpServerView,
  McpSignIn,
} from '@postern/contract';
import { loggableError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import type { ServerAccess, ServerSignIns } from './server-access.ts';
import { type ServerDefinition, type ServerValue, takesSignIn, targetOf } from './server-definition.ts';

/** The sealed secrets of MCP servers, by name. */
export interface ServerSecrets {
  ids(): readonly string[];
  read(name: string): Promise<Secret | null>;
  write(name: string, value: Secret | null): Promise<void>;
}

/** The user’s own MCP servers and their secrets. */
export interface OwnServers {
  /** Those that are switched on. */
  definitions(): readonly ServerDefinition[];
  /** With those that are switched off. */
  all(): readonly ServerDefinition[];
  /** Another number once a secret or a sign-in was changed: what was started with the old one is not gone on with. */
  readonly revision: number;
  /** What a sign-in gives for a server; null: Postern signs in to no such server. @param folder real path of the query's folder */
  access(server: ServerDefinition, folder: string): ServerAccess | null;
  /** @throws StoreError `credential_store_locked`, `credential_store_unavailable` */
  secret(name: string): Promise<Secret | null>;
  /** How a server stands, as its program found it. */
  note(state: McpServerState): void;
  /** For the user; never a value. */
  list(): Promise<McpServerList>;
  /** Seals or removes a secret. @throws StoreError `storage_full`, as `secret` */
  changeSecret(request: McpSecretRequest): Promise<McpServerList>;
  /** The tokens of a sign-in came or went. */
  noteSignIn(): void;
}

/** @param onChange a secret or a sign-in was changed */
export function createOwnServers(deps: {
  readonly settings: { read(): ChosenSettings };
  readonly secrets: ServerSecrets;
  readonly signIns: Pick<ServerSignIns, 'access' | 'standing' | 'offers'>;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}): OwnServers {
  const states = new Map<string, { readonly of: string; readonly state: McpServerState }>();
  let revision = 0;
  const servers = (): [string, McpServer][] => Object.entries(deps.settings.read().mcpServers ?? {});

  const changed = (): void => {
    revision += 1;
    deps.onChange();
  };

  /** A store that is locked must not hide the list. */
  const signInOf = async (server: ServerDefinition): Promise<McpSignIn> => {
    if (!takesSignIn(server)) return noSignIn;
    try {
      return await deps.signIns.standing(server, null);
    } catch (error) {
      deps.log(`the sign-in at the MCP server ${server.name} could not be read: ${loggableError(error)}`);
      return noSignIn;
    }
  };

  const viewOf = async (
    name: string,
    server: McpServer,
    sealed: readonly string[],
  ): Promise<McpServerView> => {
    const definition = definitionOf(name, server, revision);
    const known = states.get(name);
    // What another server of this name did says nothing of this one.
    const state = known?.of === JSON.stringify(definition) ? known.state : null;
    const signIn = await signInOf(definition);
    const problem = signIn.problem ?? (signIn.state === 'ended' ? 'Its sign-in has ended.' : null);
    return {
      ...{ name, kind: definition.kind, target: targetOf(definition), enabled: server.enabled !== false },
      ...(problem === null
        ? { status: state?.status ?? null, reason: state?.reason ?? null, nextStep: state?.nextStep ?? null }
        : { status: 'needs_sign_in', reason: problem, nextStep: 'Sign in again.' }),
      missingSecrets: secretsOf(server).filter((secret) => !sealed.includes(secret)),
      signIn: signIn.state,
      offersSignIn: takesSignIn(definition) && deps.signIns.offers(definition, null),
    };
  };

  const list = async (): Promise<McpServerList> => {
    const there = deps.secrets.ids();
    const all = servers();
    const items = await Promise.all(all.map(([name, server]) => viewOf(name, server, there)));
    const secrets = there.map((name) => ({
      name,
      usedBy: all.flatMap(([server, each]) => (secretsOf(each).includes(name) ? [server] : [])),
    }));
    return { items, secrets };
  };

  return {
    definitions: () =>
      servers().flatMap(([name, server]) =>
        server.enabled === false ? [] : [definitionOf(name, server, revision)],
      ),
    all: () => servers().map(([name, server]) => definitionOf(name, server, revision)),
    get revision() {
      return revision;
    },
    access: (server, folder) =>
      takesSignIn(server) ? deps.signIns.access(server, server.origin === 'own' ? null : folder) : null,
    secret: (name) => deps.secrets.read(name),
    note(state) {
      if (state.origin !== 'own') return;
      const server = deps.settings.read().mcpServers?.[state.name];
      if (server !== undefined)
        states.set(state.name, { of: JSON.stringify(definitionOf(state.name, server, revision)), state });
    },
    list,
    async changeSecret({ name, value }) {
      await deps.secrets.write(name, value === null ? null : new Secret(value));
      changed();
      return list();
    },
    noteSignIn: changed,
  };
}

const noSignIn: McpSignIn = { state: 'none', problem: null };

function definitionOf(name: string, server: McpServer, revision: number): ServerDefinition {
  const named = { name, origin: 'own', revision } as const;
  if ('url' in server)
    return {
      ...{ ...named, kind: server.type ?? 'http', url: server.url, headers: server.headers ?? {} },
      ...(server.oauth !== undefined && { oauth: server.oauth }),
    };
  return {
    ...{ ...named, kind: 'stdio', command: server.command, args: server.args ?? [] },
    ...{ env: server.env ?? {}, files: [] },
  };
}

function secretsOf(server: McpServer): readonly string[] {
  const values: ServerValue[] = Object.values(('url' in server ? server.headers : server.env) ?? {});
  return values.flatMap((value) => (typeof value === 'string' ? [] : [value.secret]));
}
