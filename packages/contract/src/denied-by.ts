import { z } from 'zod';

/** Who denied a tool call: the user, no answer in time (which means no), or a rule. */
export const deniedBySchema = z.enum(['person', 'no_answer', 'rule']);
export type DeniedBy = z.infer<typeof deniedBySchema>;
