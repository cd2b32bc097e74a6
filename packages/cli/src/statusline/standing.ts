import type { AuthStatus, Usage } from '@postern/contract';

/** A plan window as a status line shows it. */
export interface ShownWindow {
  /** Short: `5h`, `7d`, `7d opus`. */
  readonly name: string;
  /** 0 to 1. */
  readonly utilization: number;
  /** As the service said: `allowed`, `allowed_warning`, `rejected`. */
  readonly status: string;
  readonly resetsAt: string | null;
  readonly ageSeconds: number;
}

/** What a status line says. */
export type Standing =
  | { readonly running: false; readonly reason: string }
  | {
      readonly running: true;
      /** Null: no credential works. */
      readonly payer: string | null;
      readonly credentialId: string | null;
      /** The fullest window of the payer that has not been reset since it was seen; null where none was seen. */
      readonly window: ShownWindow | null;
      /** US dollars; what a plan covers is not in it. */
      readonly spentTodayUsd: number;
      readonly capUsdPerDay: number | null;
    };

/** Who pays now, the payer's fullest plan window, and what was spent. Pure. */
export function standingOf(
  { activeCredential }: Pick<AuthStatus, 'activeCredential'>,
  usage: Pick<Usage, 'windows' | 'countedTodayUsd' | 'capUsdPerDay'>,
  nowMs: number,
): Standing {
  const own = usage.windows.flatMap((each): ShownWindow[] => {
    const { credentialId, window, utilization, resetsAt, status, ageSeconds } = each;
    // What was seen before a reset says nothing of now.
    const isOver = resetsAt !== null && Date.parse(resetsAt) <= nowMs;
    if (credentialId !== activeCredential?.id || utilization === null || isOver) return [];
    return [{ name: shortName(window), utilization, status, resetsAt, ageSeconds }];
  });
  const [fullest = null] = own.toSorted((a, b) => b.utilization - a.utilization);
  return {
    running: true,
    payer: activeCredential?.payer ?? null,
    credentialId: activeCredential?.id ?? null,
    window: fullest,
    spentTodayUsd: usage.countedTodayUsd,
    capUsdPerDay: usage.capUsdPerDay,
  };
}

const numbers: Readonly<Record<string, number>> = { one: 1, five: 5, seven: 7, thirty: 30 };

/** `five_hour` as `5h`, `seven_day_opus` as `7d opus`; what is not known keeps its name. */
function shortName(window: string): string {
  const [, number = '', unit = '', rest = ''] = /^([a-z]+)_(hour|day)(?:_(.+))?$/.exec(window) ?? [];
  const count = Object.hasOwn(numbers, number) ? numbers[number] : undefined;
  if (count === undefined) return window.replaceAll('_', ' ');
  return `${count}${unit === 'hour' ? 'h' : 'd'} ${rest.replaceAll('_', ' ')}`.trimEnd();
}
