import type { CapScope } from './ledger.ts';

/** Below this, cents hide what it is. US dollars. */
const fineBelowUsd = 0.1;
/** Less than a billionth is what arithmetic leaves over. */
const noiseUsd = 1e-9;

/** US dollars with so many decimals and its thousands apart: `$1,234.50`. Pure. */
export function dollarsTo(usd: number, decimals: number): string {
  const [whole = '', fraction = ''] = Math.abs(usd).toFixed(decimals).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return `${usd < 0 ? '-' : ''}$${grouped}${decimals === 0 ? '' : `.${fraction}`}`;
}

/** What something cost: cents, and four decimals below ten of them. Pure. */
export function dollars(usd: number): string {
  return dollarsTo(usd, decimalsOf(usd));
}

/** The most that something may cost or have cost: rounded up, so that the figure shown is never less than it may be. Pure. */
export function dollarsAtMost(usd: number): string {
  const decimals = usd > noiseUsd ? decimalsOf(usd) : 2;
  const unit = 10 ** decimals;
  return dollarsTo(Math.ceil(usd * unit - 1e-7) / unit, decimals);
}

/** A cap as it was chosen: rounded it would be another one. Pure. */
export function capDollars(usd: number): string {
  if (Number(usd.toFixed(2)) === usd) return dollarsTo(usd, 2);
  return dollarsTo(usd, 9).replace(/0+$/, '');
}

/** What a cap is for, after “the cap”. */
export const capInWords: { readonly [Scope in CapScope]: string } = {
  turn: 'for one turn',
  workspace: 'for this folder today',
  day: 'for today',
  month: 'for this month',
};

function decimalsOf(usd: number): number {
  return usd !== 0 && Math.abs(usd) < fineBelowUsd ? 4 : 2;
}
