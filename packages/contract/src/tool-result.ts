import { z } from 'zod';

/** Who denied a tool call: the user, no answer in time (which means no), or a rule. */
const deniedBySchema = z.enum(['person', 'no_answer', 'rule']);
export type DeniedBy = z.infer<typeof deniedBySchema>;

export const diffSchema = z.string().describe('unified diff');

/** What came of a tool's call, while it happens and in the history. */
export const toolResultShape = {
  toolUseId: z.string(),
  content: z.string(),
  isError: z.boolean(),
  /** Where it was not done because it was not allowed, and that is known. */
  deniedBy: deniedBySchema.optional(),
  /** Of a file tool: the file that it changed, absolute, and how; no `diff` where that is too long. */
  path: z.string().optional(),
  diff: diffSchema.optional(),
};
