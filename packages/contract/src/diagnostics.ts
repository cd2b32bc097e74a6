import { z } from 'zod';
import { instantSchema } from './credential.ts';

/** One thing the doctor looked at. `code` is stable; `nextStep` is null where nothing is to be done. */
export const findingSchema = z.object({
  code: z.string(),
  level: z.enum(['ok', 'notice', 'problem']),
  text: z.string(),
  nextStep: z.string().nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** `GET /diagnostics`: may be shared; it holds no secret. */
export const diagnosticsSchema = z
  .object({ at: instantSchema, version: z.string(), platform: z.string(), findings: z.array(findingSchema) })
  .meta({ id: 'Diagnostics' });
export type Diagnostics = z.infer<typeof diagnosticsSchema>;
