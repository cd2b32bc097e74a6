import { z } from 'zod';
import type { Store } from '../store/index.ts';
import type { CooldownEntry } from './cooldowns.ts';

const fields = { untilMs: z.number(), reason: z.enum(['auth_failure', 'usage_limit']), proof: z.string() };

/** Of credentials that Postern holds. */
const heldSchema = z.record(z.string(), z.object({ ...fields, code: z.string() }));
/** Of sign-ins that other programs hold: the code followed from the reason. */
const delegatedSchema = z.record(
  z.string(),
  z.object(fields).transform((each) => ({
    ...each,
    code: each.reason === 'usage_limit' ? 'plan_limit_reached' : 'reauthorization_required',
  })),
);

/** The cooldowns of version 0.1, which kept them in two documents and only for whole credentials. */
export function legacyCooldowns(documents: Pick<Store['documents'], 'read'>): readonly CooldownEntry[] {
  const held = heldSchema.safeParse(documents.read('credential_cooldowns') ?? {});
  const delegated = delegatedSchema.safeParse(documents.read('delegated_cooldowns') ?? {});
  const all = { ...(held.success ? held.data : {}), ...(delegated.success ? delegated.data : {}) };
  return Object.entries(all).map(([credentialId, { proof, ...each }]) => ({
    credentialId,
    model: null,
    fingerprint: proof,
    ...each,
  }));
}
