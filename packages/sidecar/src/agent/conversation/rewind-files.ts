import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Rewind, RewindRequest } from '@postern/contract';
import { InvalidRequestError, QueryFailure } from '../../errors/index.ts';
import { isWithin } from '../../files/index.ts';
import type { AgentChild } from '../child/index.ts';
import type { PromptPlace, TurnSpan } from '../history/index.ts';
import { realPlace } from '../permission/index.ts';

/** Paths that an error names. */
const mostNamed = 5;

/** What files are put back with. */
export interface RewindParts {
  readonly child: Pick<AgentChild, 'rewindFiles'>;
  /** Real path. */
  readonly workspace: string;
  readonly place: PromptPlace;
  readonly request: RewindRequest;
}

/**
 * Puts the files that the agent's tools changed back to what they were before a prompt; with `dryRun` says what that would do. All of them lie
 * in the workspace, or none is touched: the program has no way to choose among them. What it would delete or overwrite is looked at first,
 * and the files must still be as they were when the user saw the list.
 * @throws InvalidRequestError `checkpoint_not_found`, `checkpoints_off`, `rewind_outside_workspace`, `files_changed`; QueryFailure `rewind_failed`
 */
export async function rewindFiles({ child, workspace, place, request }: RewindParts): Promise<Rewind> {
  const { messageId, turns } = place;
  const would = await rewound(child, messageId, true);
  const paths = pathsOf(would, workspace);
  const outside = [];
  for (const path of paths) if (!(await isInside(path, workspace))) outside.push(path);
  if (outside.length > 0) throw new InvalidRequestError('rewind_outside_workspace', namesOf(outside));
  const looks = await Promise.all(paths.map((path) => look(path, turns)));
  const state = createHash('sha256')
    .update(JSON.stringify([messageId, looks.map(({ path, stamp }) => [path, stamp])]))
    .digest('base64url');
  const { insertions = 0, deletions = 0 } = would;
  const files = looks.map(({ path, changedSince }) => ({ path: relative(workspace, path), changedSince }));
  if (request.dryRun) return { files, insertions, deletions, state, skipped: [] };
  if (request.state !== state) throw new InvalidRequestError('files_changed');
  await rewound(child, messageId, false);
  // The program counts what it left alone, and does not name it.
  const left = pathsOf(await rewound(child, messageId, true), workspace);
  const skipped = left.map((path) => relative(workspace, path));
  return {
    files: files.filter(({ path }) => !skipped.includes(path)),
    ...{ insertions, deletions, state, skipped },
  };
}

type Answer = NonNullable<Awaited<ReturnType<AgentChild['rewindFiles']>>>;

/** Source: SDK 0.3.332, measured: the program says in words alone why it cannot. */
async function rewound(child: RewindParts['child'], messageId: string, dryRun: boolean): Promise<Answer> {
  const answer = await child.rewindFiles(messageId, dryRun);
  if (answer?.canRewind === true) return answer;
  if (answer?.error?.startsWith('No file checkpoint') === true)
    throw new InvalidRequestError('checkpoint_not_found');
  if (answer?.error?.includes('not enabled') === true) throw new InvalidRequestError('checkpoints_off');
  throw new QueryFailure('rewind_failed');
}

function pathsOf({ filesChanged = [] }: Answer, workspace: string): string[] {
  return filesChanged.map((path) => resolve(workspace, path));
}

/** Also where a link leads: the file behind one is what would be written. */
async function isInside(path: string, workspace: string): Promise<boolean> {
  const real = await realPlace(path);
  return isWithin(path, workspace) && real !== null && isWithin(real, workspace);
}

interface Look {
  readonly path: string;
  readonly changedSince: boolean;
  /** Changes with the file; null: it is not there. */
  readonly stamp: string | null;
}

async function look(path: string, turns: readonly TurnSpan[]): Promise<Look> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  // The agent's file tools remove none.
  if (found === null) return { path, changedSince: true, stamp: null };
  const { ino, size, mtimeNs, mtimeMs, mode } = found;
  const at = Number(mtimeMs);
  const changedSince = !turns.some(({ fromMs, toMs }) => fromMs <= at && at <= toMs);
  return { path, changedSince, stamp: `${ino}:${size}:${mtimeNs}:${mode}` };
}

function namesOf(paths: readonly string[]): string {
  const named = paths.slice(0, mostNamed).join(', ');
  const more = paths.length - mostNamed;
  return `${named}${more > 0 ? ` and ${more} more` : ''}. Undo these changes by hand: Postern restores files inside the workspace only.`;
}
