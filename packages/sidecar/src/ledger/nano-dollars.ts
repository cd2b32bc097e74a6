const perDollar = 1_000_000_000;

/** US dollars as whole billionths of a dollar, so that sums are exact. */
export function nanoDollars(usd: number): number {
  return Math.round(usd * perDollar);
}

/** Whole billionths as US dollars. */
export function usdOf(nano: number): number {
  return nano / perDollar;
}
