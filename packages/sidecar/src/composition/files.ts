import { realpath } from 'node:fs/promises';
import type { FolderList } from '@postern/contract';
import { type Agent, chosenWorkspace, passedEnvironment } from '../agent/index.ts';
import { type Attachments, createAttachments, listFolders, privatePlaces } from '../files/index.ts';
import type { OwnServers } from '../mcp/index.ts';
import { createWorkspaceTrust, type WorkspaceTrust } from '../trust/index.ts';
import type { Configuration } from './configuration.ts';
import { createMcp, type McpDeps, type McpSignIns } from './mcp.ts';
import { homeFolder } from './places.ts';

const firstMs = 60_000;
const everyMs = 60 * 60_000;

/** The user's files, folders and MCP servers, as far as Postern deals with them. */
export interface Files {
  readonly attachments: Attachments;
  /** The folders in a folder; null: in the user's home. */
  readonly folders: (path: string | null) => Promise<FolderList>;
  readonly workspaceTrust: WorkspaceTrust;
  /** The user’s own MCP servers. */
  readonly mcp: OwnServers;
  readonly mcpSignIns: McpSignIns;
}

/** Attachments are kept beside the workspaces of conversations: the agent may read both, and nothing in the data directory. */
export async function createFiles(
  { dataDir: given, environment }: Pick<Configuration, 'dataDir' | 'environment'>,
  deps: Omit<McpDeps, 'workspaceTrust'>,
): Promise<Files> {
  const dataDir = await realpath(given);
  const { documents } = deps.store;
  const places = privatePlaces(environment, process.platform, dataDir, 'attachments');
  const workspaceTrust = createWorkspaceTrust(documents, (path) => chosenWorkspace(path, dataDir), {
    ownFolders: [...new Set([dataDir, given])],
    variables: passedEnvironment(environment, process.platform),
  });
  return {
    attachments: createAttachments({ places, dataDir, clock: deps.clock }),
    workspaceTrust,
    ...createMcp({ ...deps, workspaceTrust }),
    folders: (path) => listFolders(path ?? homeFolder(environment)),
  };
}

/**
 * Removes attachments that are no longer needed: a minute after the start, which has better things to do, and every hour. Gives the
 * function that ends it.
 */
export function sweepAttachments(
  attachments: Pick<Attachments, 'sweep'>,
  agent: Pick<Agent, 'hasConversation'>,
  log: (line: string) => void,
): () => void {
  const sweep = (): void => {
    attachments
      .sweep((id) => agent.hasConversation(id))
      .catch(() =>
        log('attachments that are no longer needed could not be looked for; the next try is in an hour'),
      );
  };
  const first = setTimeout(sweep, firstMs).unref();
  const each = setInterval(sweep, everyMs).unref();
  return () => {
    clearTimeout(first);
    clearInterval(each);
  };
}
