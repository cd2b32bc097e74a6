import type { CredentialKind, Usage } from '@postern/contract';

/** One day of the plot. */
export interface SpendDay {
  /** `2026-11-24`. */
  readonly day: string;
  readonly totalUsd: number;
  /** From the bottom up, in the order of the kinds. */
  readonly parts: readonly { readonly kind: CredentialKind; readonly costUsd: number }[];
}

const dayMs = 86_400_000;

/** `days` days up to `lastDay`, oldest first, those without spend included; every day's parts in the order of `kinds`. */
export function spendSeries(
  byDay: Usage['byDay'],
  kinds: readonly CredentialKind[],
  lastDay: string,
  days: number,
): readonly SpendDay[] {
  const spend = new Map(byDay.map((each) => [each.day, each.spend]));
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(Date.parse(`${lastDay}T00:00:00Z`) - (days - 1 - index) * dayMs)
      .toISOString()
      .slice(0, 10);
    const parts = kinds
      .map((kind) => ({
        kind,
        costUsd: (spend.get(day) ?? [])
          .filter((each) => each.kind === kind)
          .reduce((sum, each) => sum + each.costUsd, 0),
      }))
      .filter((part) => part.costUsd > 0);
    return { day, parts, totalUsd: parts.reduce((sum, part) => sum + part.costUsd, 0) };
  });
}

/** The last local day of the month of an instant, and how many days that month has. */
export function monthOf(nowMs: number): { readonly lastDay: string; readonly days: number } {
  const date = new Date(nowMs);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0, 12);
  return { lastDay: localDay(last.getTime()), days: last.getDate() };
}

/** A round number at or above the highest day, for the top of the scale. */
export function scaleTop(highestUsd: number): number {
  if (highestUsd <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(highestUsd));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * unit >= highestUsd * 0.999) ?? 10;
  return step * unit;
}

/** The local day of an instant, `2026-11-24`. */
export function localDay(nowMs: number): string {
  const date = new Date(nowMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
