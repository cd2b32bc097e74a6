import { normalize } from 'node:path';
import type { WorkspaceLook, WorkspaceTrustRequest } from '@postern/contract';
import { z } from 'zod';
import { Failure, InvalidRequestError } from '../errors/index.ts';
import type { FolderServerRules, ServerDefinition } from '../mcp/index.ts';
import type { LoadedCommand, LoadedSubagent } from './loadable.ts';
import { readWorkspace } from './workspace-content.ts';

/** Most folders remembered; the one trusted longest ago is forgotten first. */
const mostRemembered = 1_000;
const documentName = 'workspace_trust';
const schema = z.record(z.string(), z.string());

/** The store's documents, as far as trust is kept in one. */
export interface TrustDocuments {
  read(name: string): unknown;
  update(name: string, change: (current: unknown) => unknown): unknown;
}

/** What a folder gives to a query. */
export interface LoadedWorkspace {
  readonly trust: WorkspaceLook['trust'];
  /** How many things in it would shape an agent. */
  readonly items: number;
  /** Of exactly what the user trusted; null: nothing of it loads. */
  readonly hash: string | null;
  /** Its instructions for the agent; null: none. */
  readonly instructions: string | null;
  readonly commands: readonly LoadedCommand[];
  readonly subagents: readonly LoadedSubagent[];
  /** The MCP servers that are started for it. */
  readonly servers: readonly ServerDefinition[];
}

/** Where there is no folder to trust. */
export const nothingLoaded: LoadedWorkspace = {
  trust: 'none',
  items: 0,
  hash: null,
  instructions: null,
  commands: [],
  subagents: [],
  servers: [],
};

/** Trust by content: what was trusted loads as long as it is what is there. */
export interface WorkspaceTrust {
  /** @throws InvalidRequestError `workspace_not_found`, `workspace_too_large` */
  look(path: string): Promise<WorkspaceLook>;
  /**
   * Trust can be taken back in a folder that is gone, too.
   * @throws InvalidRequestError `workspace_not_found`, `workspace_changed`, `workspace_too_large`; StoreError
   */
  trust(request: WorkspaceTrustRequest): Promise<WorkspaceLook>;
  /** For a query in that folder, by its real path. Where it cannot be read, nothing loads. */
  load(realPath: string): Promise<LoadedWorkspace>;
}

/**
 * @param resolve the real path of a folder that may be worked in. @throws InvalidRequestError `workspace_not_found`
 * @param rules what a folder’s servers are judged by
 */
export function createWorkspaceTrust(
  documents: TrustDocuments,
  resolve: (path: string) => Promise<string>,
  rules: Omit<FolderServerRules, 'root'>,
): WorkspaceTrust {
  const parse = (document: unknown): Record<string, string> => {
    const parsed = schema.safeParse(document ?? {});
    return parsed.success ? parsed.data : {};
  };
  const trusted = (path: string): string | null => {
    const all = parse(documents.read(documentName));
    return Object.hasOwn(all, path) ? (all[path] ?? null) : null;
  };
  const trustOf = (path: string, hash: string): WorkspaceLook['trust'] => {
    const known = trusted(path);
    if (known === null) return 'none';
    return known === hash ? 'trusted' : 'changed';
  };
  const remember = (path: string, hash: string | null): void => {
    documents.update(documentName, (current) => {
      const { [path]: _before, ...others } = parse(current);
      const newest = Object.entries(others).slice(1 - mostRemembered);
      return Object.fromEntries(hash === null ? newest : [...newest, [path, hash]]);
    });
  };
  /** Takes trust back in a folder that is gone; another of its name would be trusted if it held the same. */
  const forgetGone = (path: string): WorkspaceLook | null => {
    if (trusted(path) === null) return null;
    remember(path, null);
    return { path, trust: 'none', hash: '', items: [] };
  };
  const lookAt = async (real: string): Promise<WorkspaceLook> => {
    const { hash, items } = await readWorkspace(real, rules);
    return { path: real, trust: trustOf(real, hash), hash, items: [...items] };
  };

  return {
    look: async (path) => await lookAt(await resolve(path)),
    async trust({ path, hash }) {
      let real: string;
      try {
        real = await resolve(path);
      } catch (error) {
        const forgotten = hash === null ? forgetGone(normalize(path)) : null;
        if (forgotten === null) throw error;
        return forgotten;
      }
      if (hash !== null && (await readWorkspace(real, rules)).hash !== hash)
        throw new InvalidRequestError('workspace_changed');
      remember(real, hash);
      return await lookAt(real);
    },
    async load(real) {
      try {
        const { hash, items, instructions, commands, subagents, servers } = await readWorkspace(real, rules);
        const trust = trustOf(real, hash);
        if (trust !== 'trusted') return { ...nothingLoaded, trust, items: items.length };
        return { trust, items: items.length, hash, instructions, commands, subagents, servers };
      } catch (error) {
        if (!(error instanceof Failure) && !(error instanceof Error && 'code' in error)) throw error;
        return { ...nothingLoaded, trust: trusted(real) === null ? 'none' : 'changed' };
      }
    },
  };
}
