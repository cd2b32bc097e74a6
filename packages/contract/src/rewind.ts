import { z } from 'zod';

/**
 * `POST /conversations/:id/rewind`: puts files back to what they were before a prompt. `promptId` is that of the history, or the id of the
 * query. With `dryRun` nothing is changed; without it, `state` is what the dry run gave: files that changed since are not touched.
 */
export const rewindRequestSchema = z
  .discriminatedUnion('dryRun', [
    z.strictObject({ promptId: z.uuid(), dryRun: z.literal(true) }),
    z.strictObject({ promptId: z.uuid(), dryRun: z.literal(false), state: z.string().min(1).max(100) }),
  ])
  .meta({ id: 'RewindRequest' });
export type RewindRequest = z.infer<typeof rewindRequestSchema>;

/** What is put back, or would be. Only the agent's own file tools leave copies: what a command changed is not among these. */
export const rewindSchema = z
  .object({
    files: z.array(
      z.object({
        /** Relative to the workspace. */
        path: z.string(),
        /** It was changed or removed while the agent did not work. That is lost as well. */
        changedSince: z.boolean(),
      }),
    ),
    /** Lines that come back. */
    insertions: z.int().min(0),
    /** Lines that go. */
    deletions: z.int().min(0),
    /** Stands for the files as they are now, for the request that puts them back. */
    state: z.string(),
    /** Files that could not be put back, relative to the workspace; none after a dry run. */
    skipped: z.array(z.string()),
  })
  .meta({ id: 'Rewind' });
export type Rewind = z.infer<typeof rewindSchema>;
