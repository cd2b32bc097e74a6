import { realpath } from 'node:fs/promises';
import type { FolderList } from '@postern/contract';
import { type Agent, chosenWorkspace } from '../agent/index.ts';
import { type Attachments, createAttachments, listFolders, privatePlaces } from '../files/index.ts';
import { createWorkspaceTrust, type WorkspaceTrust } from '../trust/index.ts';
import type { Configuration } from './configuration.ts';
import { homeFolder } from './places.ts';

const firstMs = 60_000;
const everyMs = 60 * 60_000;

/** The user's files and folders, as far as Postern deals with them. */
export interface Files {
  readonly attachments: Attachments;
  /** The folders in a folder; null: in the user's home. */
  readonly folders: (path: string | null) => Promise<FolderList>;
  readonly workspaceTrust: WorkspaceTrust;
}

/** Attachments are kept beside the workspaces of conversations: the agent may read both, and nothing in the data directory. */
export async function createFiles(
  { dataDir: given, environment }: Pick<Configuration, 'dataDir' | 'environment'>,
  documents: Parameters<typeof createWorkspaceTrust>[0],
  clock: () => number,
): Promise<Files> {
  const dataDir = await realpath(given);
  const places = privatePlaces(environment, process.platform, dataDir, 'attachments');
  return {
    attachments: createAttachments({ places, dataDir, clock }),
    workspaceTrust: createWorkspaceTrust(documents, (path) => chosenWorkspace(path, dataDir)),
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
