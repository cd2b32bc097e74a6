import { z } from 'zod';

/** Credential kinds in the default order of preference (docs/spec/contract.md#credential-kinds). */
export const credentialKinds = ['oauth', 'claude_code', 'console_profile', 'api_key'] as const;
export const credentialKindSchema = z.enum(credentialKinds);
export type CredentialKind = z.infer<typeof credentialKindSchema>;

/** Which credential, and in words who pays when it is used. */
export const credentialRefSchema = z
  .object({
    id: z.string(),
    kind: credentialKindSchema,
    payer: z.string(),
    /** Absent: what is usual for the kind. */
    billing: z.literal('linked_organization').optional(),
  })
  .meta({ id: 'CredentialRef' });
export type CredentialRef = z.infer<typeof credentialRefSchema>;

/** An instant: ISO 8601 in UTC. */
export const instantSchema = z.iso.datetime();

/** What a credential is good for at this moment. */
export const credentialStatusSchema = z.enum([
  'absent',
  'active',
  'rejected',
  'reauthorization_required',
  'cooling_down',
  'not_configured',
]);

/** One credential as the user sees it; never a secret. */
export const credentialViewSchema = z
  .object({
    id: z.string(),
    kind: credentialKindSchema,
    label: z.string(),
    payer: z.string(),
    status: credentialStatusSchema,
    expiresAt: instantSchema.nullable(),
    cooldownUntil: instantSchema.nullable(),
    reason: z.string().nullable(),
    nextStep: z.string().nullable(),
  })
  .meta({ id: 'CredentialView' });
export type CredentialView = z.infer<typeof credentialViewSchema>;

/** `GET /credentials`: in the order they are tried. */
export const credentialListSchema = z
  .object({ items: z.array(credentialViewSchema), next: z.null() })
  .meta({ id: 'CredentialList' });
