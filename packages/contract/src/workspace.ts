import { z } from 'zod';

const trustSchema = z.enum(['none', 'trusted', 'changed']);

/** One thing in a folder that would shape an agent there. */
export const workspaceItemSchema = z.object({
  kind: z.enum(['instructions', 'mcp_server', 'skill', 'command', 'agent', 'hook', 'setting']),
  name: z.string(),
  /** Relative to the folder. */
  file: z.string(),
  /** What it is, in a line; never a value that may be a secret. */
  summary: z.string(),
  /** Whether it is given to the agent once the folder is trusted. */
  loads: z.boolean(),
  /** Why it never is, or what of it is left out; null where all of it loads. */
  reason: z.string().nullable(),
  /** The whole text of what loads; null for what does not. */
  text: z.string().nullable(),
  /** Of a skill or a command that the user may call, once the folder is trusted: `/name`, and what is said of it. */
  command: z
    .object({ name: z.string(), description: z.string(), argumentHint: z.string().nullable() })
    .optional(),
});
export type WorkspaceItem = z.infer<typeof workspaceItemSchema>;

/** `GET /workspace`: what in a folder would shape the agent, and whether the user trusts exactly that. */
export const workspaceLookSchema = z
  .object({
    /** Real path. */
    path: z.string(),
    /** `changed`: something else was trusted than is there now; nothing loads. */
    trust: trustSchema,
    /** Of all that is listed; what `POST /workspace/trust` takes. */
    hash: z.string(),
    items: z.array(workspaceItemSchema),
  })
  .meta({ id: 'WorkspaceLook' });
export type WorkspaceLook = z.infer<typeof workspaceLookSchema>;

/** `POST /workspace/trust`: trusts that very content; null takes the trust back. */
export const workspaceTrustRequestSchema = z
  .strictObject({
    path: z.string().min(1).max(4096),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
  })
  .meta({ id: 'WorkspaceTrustRequest' });
export type WorkspaceTrustRequest = z.infer<typeof workspaceTrustRequestSchema>;

/** Of `started`: whether the folder is trusted, and how many things in it would shape an agent. */
export const workspaceOfQuerySchema = z.object({ trust: trustSchema, items: z.int().min(0) });
