import { access, mkdir, realpath, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidRequestError } from '../../errors/index.ts';
import { errnoOf, isWithin, privatePlaces, usablePlace } from '../../files/index.ts';

/** Where the next conversation without a chosen folder would work. */
export interface OwnWorkspaceLook {
  /** Real path of the parent directory; null: none of the places can be written. */
  readonly parent: string | null;
  /** The places that come before it and cannot be used, each as one clause such as `/home/me/.cache/postern cannot be used (EACCES)`. */
  readonly unusable: readonly string[];
}

/** The empty directories of conversations without a chosen folder: one each, mode 0700, outside the data directory. */
export interface OwnWorkspaces {
  /**
   * Makes it where it is missing, and gives its real path. Where the first place cannot be written, in the next one.
   * @throws InvalidRequestError `workspace_unavailable` where none can
   */
  make(conversationId: string): Promise<string>;
  /** Whether a path is one of ours. */
  owns(path: string): boolean;
  /** Removes it if nothing was put there. */
  discard(conversationId: string): Promise<void>;
  /** Looks at the places now, as `make` would. Never throws. */
  look(): Promise<OwnWorkspaceLook>;
}

/** Own directories below the user's cache directory or, where that is inside `dataDir` or cannot be written, the temporary one. */
export async function ownWorkspaces(
  base: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  dataDir: string,
): Promise<OwnWorkspaces> {
  const parents = privatePlaces(base, platform, dataDir, 'workspaces');
  /** Real paths: what is listed as our own stays so when the place can no longer be written. */
  const known = new Set(await Promise.all(parents.map((parent) => realpath(parent).catch(() => parent))));

  async function look(candidates: readonly string[]): Promise<OwnWorkspaceLook> {
    const unusable: string[] = [];
    for (const candidate of candidates) {
      try {
        const parent = await usablePlace(candidate);
        known.add(parent);
        return { parent, unusable };
      } catch (error) {
        unusable.push(`${candidate} cannot be used (${errnoOf(error)})`);
      }
    }
    return { parent: null, unusable };
  }

  /** A conversation goes on where it began, as long as that can be written. */
  async function placesOf(conversationId: string): Promise<string[]> {
    const began = await Promise.all(parents.map((parent) => exists(join(parent, conversationId))));
    return [...parents.filter((_, index) => began[index]), ...parents.filter((_, index) => !began[index])];
  }

  return {
    async make(conversationId) {
      const { parent, unusable } = await look(await placesOf(conversationId));
      if (parent === null) throw new InvalidRequestError('workspace_unavailable', `${unusable.join('; ')}.`);
      const dir = join(parent, conversationId);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return dir;
    },
    owns: (path) => [...known].some((parent) => isWithin(path, parent)),
    async discard(conversationId) {
      for (const parent of known) await rmdir(join(parent, conversationId)).catch(() => undefined);
    },
    look: () => look(parents),
  };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
