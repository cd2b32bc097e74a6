const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const fine = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 4,
  maximumFractionDigits: 4,
});
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** US dollars; four decimals below ten cents, where two would hide what it cost. */
export function dollars(amountUsd: number): string {
  return amountUsd !== 0 && Math.abs(amountUsd) < 0.1 ? fine.format(amountUsd) : cents.format(amountUsd);
}

/** A count that fits a line: `12.3K`. */
export function shortCount(value: number): string {
  return short.format(value);
}

/** 0 to 1 as `42%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
