import type { CapScope, FallbackPolicy } from '@postern/contract';
import { nanoDollars, usdOf } from './nano-dollars.ts';
import { type CallPlace, capScopes, type SpendTotals } from './spend-totals.ts';

/** Caps in US dollars by what they are about; null or left out: none. */
export type Caps = { readonly [Scope in CapScope]?: number | null | undefined };

/** What is left under one cap. */
export interface CapRemainder {
  readonly scope: CapScope;
  readonly capUsd: number;
  /** Billionths of a US dollar, at least 0. */
  readonly leftNano: number;
}

/** A cap that a call does not fit under. US dollars. */
export interface CapExceeded {
  readonly scope: CapScope;
  readonly capUsd: number;
  readonly spentUsd: number;
  /** Of other calls: under way, or never reported. */
  readonly reservedUsd: number;
  readonly thisCallAtMostUsd: number;
}

/** The cap that a call would not fit under, the narrowest first. */
export function exceededCap(
  totals: SpendTotals,
  place: CallPlace,
  mostNano: number,
  caps: Caps,
  raised: ReadonlySet<CapScope>,
): CapExceeded | null {
  const checked = capScopes.filter((scope) => caps[scope] != null && !raised.has(scope));
  if (checked.length === 0) return null;
  for (const { scope, spentNano, reservedNano } of totals.of(place)) {
    const capUsd = capIn(place, caps, scope);
    if (capUsd == null || !checked.includes(scope)) continue;
    if (spentNano + reservedNano + mostNano <= nanoDollars(capUsd)) continue;
    return {
      scope,
      capUsd,
      spentUsd: usdOf(spentNano),
      reservedUsd: usdOf(reservedNano),
      thisCallAtMostUsd: usdOf(mostNano),
    };
  }
  return null;
}

/** The cap that least is left under. */
export function leastRemainder(
  totals: SpendTotals,
  place: CallPlace,
  caps: Caps,
  raised: ReadonlySet<CapScope>,
): CapRemainder | null {
  const all = totals.of(place).flatMap(({ scope, spentNano, reservedNano }) => {
    const capUsd = capIn(place, caps, scope);
    if (capUsd == null || raised.has(scope)) return [];
    return { scope, capUsd, leftNano: Math.max(0, nanoDollars(capUsd) - spentNano - reservedNano) };
  });
  return all.toSorted((one, other) => one.leftNano - other.leftNano)[0] ?? null;
}

/** What works in no folder, as another program with a lease does, is under no cap of one. */
function capIn({ workspace }: CallPlace, caps: Caps, scope: CapScope): number | null | undefined {
  return scope === 'workspace' && workspace === '' ? null : caps[scope];
}

/** The caps of a policy. */
export function capsOf(policy: FallbackPolicy): Caps {
  return {
    turn: policy.capUsdPerTurn,
    workspace: policy.capUsdPerWorkspacePerDay,
    day: policy.capUsdPerDay,
    month: policy.capUsdPerMonth,
  };
}
