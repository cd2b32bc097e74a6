import { z } from 'zod';

/** Who did not allow a tool call: the user, nobody in time (which means no), or a rule. */
export const deniedBySchema = z.enum(['person', 'no_answer', 'rule']);
export type DeniedBy = z.infer<typeof deniedBySchema>;
