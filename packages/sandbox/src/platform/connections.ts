import { randomBytes } from 'node:crypto';

/** What happens when this organization is picked on the approval page. */
export type OrganizationKind = 'links' | 'cannot_be_approved' | 'already_linked' | 'already_linked_late';

/** An organization of the demo user. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Role and way to pay, in words. */
  readonly about: string;
  readonly kind: OrganizationKind;
}

/** Organizations of every kind that the documentation tells apart. */
export const organizations: readonly Organization[] = [
  {
    id: 'prepaid',
    name: 'Analytical Engines',
    about: 'You are its Admin. Pays by prepaid credit.',
    kind: 'links',
  },
  {
    id: 'invoiced',
    name: 'Difference Works',
    about: 'You have its Billing role. Pays by invoice.',
    kind: 'links',
  },
  { id: 'developer', name: 'Loom Studio', about: 'You are a Developer there.', kind: 'cannot_be_approved' },
  { id: 'plan', name: 'Bernoulli Household', about: 'Has a Claude plan only.', kind: 'cannot_be_approved' },
  {
    id: 'marketplace',
    name: 'Cloud Tenants',
    about: 'Pays through a marketplace.',
    kind: 'cannot_be_approved',
  },
  { id: 'owner', name: 'The Operator', about: 'Owns this app.', kind: 'cannot_be_approved' },
  { id: 'linked', name: 'Jacquard Mills', about: 'Is linked by another profile.', kind: 'already_linked' },
  {
    id: 'late',
    name: 'Punch Card Union',
    about: 'Links elsewhere while you approve.',
    kind: 'already_linked_late',
  },
];

/** Refusals of a customer-paid request. Source: @anthropic-ai/sdk 1.14.0. */
export const billingRefusals = [
  'user_profile_required',
  'user_profile_not_found',
  'linked_organization_spend_limit_reached',
  'linked_organization_billing_unavailable',
  'user_profile_billing_not_authorized',
  'user_profile_not_billable',
] as const;
export type BillingRefusal = (typeof billingRefusals)[number];

/** One organization linked to one profile. */
export interface Connection {
  readonly id: string;
  readonly profileId: string;
  readonly organization: Organization;
  readonly capUsd: number | null;
  spentUsd: number;
  linked: boolean;
}

/** Own choice: what a thousand tokens of the sandbox's answers cost its customers. */
const usdPerThousandTokens = 0.01;

/** Every link that was approved, by the consent it came of. */
export class Connections {
  readonly #byGrant = new Map<string, Connection>();
  /** Every customer-paid request is refused with this. */
  refusal: BillingRefusal | null = null;

  /** Approving again replaces the link of the profile. */
  link(grantId: string, profileId: string, organization: Organization, capUsd: number | null): Connection {
    for (const earlier of this.#byGrant.values()) if (earlier.profileId === profileId) earlier.linked = false;
    const id = `ocon_${randomBytes(9).toString('hex')}`;
    const connection = { id, profileId, organization, capUsd, spentUsd: 0, linked: true };
    this.#byGrant.set(grantId, connection);
    return connection;
  }

  of(grantId: string | undefined): Connection | null {
    return this.#byGrant.get(grantId ?? '') ?? null;
  }

  all(): readonly Connection[] {
    return [...this.#byGrant.values()];
  }

  /** The customer, or the operator, ends a link, without a notification. Gives how many ended. */
  unlink(id: string | null): number {
    const ended = this.all().filter((each) => each.linked && (id === null || each.id === id));
    for (const each of ended) each.linked = false;
    return ended.length;
  }

  /** Why this connection does not pay now, or null. */
  refusalOf(connection: Connection): BillingRefusal | null {
    if (!connection.linked) return 'user_profile_billing_not_authorized';
    const { capUsd, spentUsd } = connection;
    if (capUsd !== null && spentUsd >= capUsd) return 'linked_organization_spend_limit_reached';
    return this.refusal;
  }

  spend(connection: Connection, tokens: number): void {
    connection.spentUsd += (tokens / 1000) * usdPerThousandTokens;
  }
}
