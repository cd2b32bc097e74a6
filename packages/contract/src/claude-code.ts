import { z } from 'zod';
import { instantSchema } from './credential.ts';

/** `GET /auth/claude-code/status`: what the unmodified program says of the user's own sign-in. Never a token. */
export const claudeCodeStatusSchema = z
  .object({
    /** `unavailable`: the program is missing or does not answer. */
    state: z.enum(['signed_out', 'pending', 'signed_in', 'unavailable']),
    account: z.object({ email: z.string().nullable(), organization: z.string().nullable() }).nullable(),
    subscription: z.string().nullable(),
    loginExpiresAt: instantSchema.nullable(),
    /** While a login runs: the address the program printed, for a browser elsewhere; the code it shows is pasted back. */
    pendingLogin: z
      .object({ authorizationUrl: z.url().nullable(), startedAt: instantSchema, expiresAt: instantSchema })
      .nullable(),
    /** What signing out here ends besides, in one sentence for the user; absent in the sandbox. */
    signOutAlsoEnds: z.string().optional(),
    lastError: z
      .object({ code: z.string(), title: z.string(), at: instantSchema, nextStep: z.string() })
      .nullable(),
  })
  .meta({ id: 'ClaudeCodeStatus' });
export type ClaudeCodeStatus = z.infer<typeof claudeCodeStatusSchema>;

/** `POST /auth/claude-code/login`: starts it, or passes on a pasted code to the one that runs. */
export const claudeCodeLoginRequestSchema = z.strictObject({
  pasted: z.string().min(1).max(8192).optional(),
});
