import type {
  ChosenSettings,
  McpSecretRequest,
  McpServer,
  McpServerList,
  McpServerState,
  McpServerView,
} from '@postern/contract';
import { Secret } from '../secret/index.ts';
import { type ServerDefinition, type ServerValue, targetOf } from './server-definition.ts';

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
  /** @throws StoreError `credential_store_locked`, `credential_store_unavailable` */
  secret(name: string): Promise<Secret | null>;
  /** How a server stands, as its program found it. */
  note(state: McpServerState): void;
  /** For the user; never a value. */
  list(): McpServerList;
  /** Seals or removes a secret. @throws StoreError `storage_full`, as `secret` */
  changeSecret(request: McpSecretRequest): Promise<McpServerList>;
}

/** @param onChange a secret was sealed or removed */
export function createOwnServers(deps: {
  readonly settings: { read(): ChosenSettings };
  readonly secrets: ServerSecrets;
  readonly onChange: () => void;
}): OwnServers {
  const states = new Map<string, { readonly of: string; readonly state: McpServerState }>();
  let revision = 0;
  const servers = (): [string, McpServer][] => Object.entries(deps.settings.read().mcpServers ?? {});

  const list = (): McpServerList => {
    const there = deps.secrets.ids();
    const all = servers();
    const items = all.map(([name, server]): McpServerView => {
      const definition = definitionOf(name, server, revision);
      const known = states.get(name);
      // What another server of this name did says nothing of this one.
      const state = known?.of === JSON.stringify(definition) ? known.state : null;
      return {
        ...{ name, kind: definition.kind, target: targetOf(definition), enabled: server.enabled !== false },
        ...{
          status: state?.status ?? null,
          reason: state?.reason ?? null,
          nextStep: state?.nextStep ?? null,
        },
        missingSecrets: secretsOf(server).filter((secret) => !there.includes(secret)),
      };
    });
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
      revision += 1;
      deps.onChange();
      return list();
    },
  };
}

function definitionOf(name: string, server: McpServer, revision: number): ServerDefinition {
  const named = { name, origin: 'own', revision } as const;
  if ('url' in server)
    return { ...named, kind: server.type ?? 'http', url: server.url, headers: server.headers ?? {} };
  return {
    ...{ ...named, kind: 'stdio', command: server.command, args: server.args ?? [] },
    ...{ env: server.env ?? {}, files: [] },
  };
}

function secretsOf(server: McpServer): readonly string[] {
  const values: ServerValue[] = Object.values(('url' in server ? server.headers : server.env) ?? {});
  return values.flatMap((value) => (typeof value === 'string' ? [] : [value.secret]));
}
