import type { AuthStatus, CredentialView, Usage, UsageWindow } from '@postern/contract';

/** A plan window as a status line shows it. */
export interface ShownWindow {
  readonly credentialId: string;
  /** Short: `5h`, `7d`, `7d opus`. */
  readonly name: string;
  /** 0 to 1. */
  readonly utilization: number;
  /** As the service said: `allowed`, `allowed_warning`, `rejected`. */
  readonly status: string;
  readonly resetsAt: string | null;
  readonly resetsInSeconds: number | null;
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
      /**
       * The fullest window of the payer that has not been reset since it was seen; where no credential works, the one that is used up of the
       * first credential that has one. Null where none was seen.
       */
      readonly window: ShownWindow | null;
      /** US dollars; what a plan covers is not in it. */
      readonly spentTodayUsd: number;
      readonly capUsdPerDay: number | null;
    };

/**
 * Who pays now, the payer's fullest plan window, and what was spent. Pure.
 * @param inOrder every credential in payment order; needed only where none pays
 */
export function standingOf(
  { activeCredential }: Pick<AuthStatus, 'activeCredential'>,
  usage: Pick<Usage, 'windows' | 'countedTodayUsd' | 'capUsdPerDay'>,
  nowMs: number,
  inOrder: readonly Pick<CredentialView, 'id' | 'status'>[] = [],
): Standing {
  // What was seen before a reset says nothing of now.
  const valid = usage.windows.filter(({ resetsAt }) => resetsAt === null || Date.parse(resetsAt) > nowMs);
  const window = activeCredential === null ? usedUp(valid, inOrder) : fullest(valid, activeCredential.id);
  return {
    running: true,
    payer: activeCredential?.payer ?? null,
    credentialId: activeCredential?.id ?? null,
    window: window === null ? null : shownWindow(window, nowMs),
    spentTodayUsd: usage.countedTodayUsd,
    capUsdPerDay: usage.capUsdPerDay,
  };
}

function fullest(windows: readonly UsageWindow[], credentialId: string): UsageWindow | null {
  const own = windows.filter((each) => each.credentialId === credentialId && each.utilization !== null);
  return own.toSorted((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0))[0] ?? null;
}

/** The window that has to reset before one pays again. */
function usedUp(
  windows: readonly UsageWindow[],
  inOrder: readonly Pick<CredentialView, 'id' | 'status'>[],
): UsageWindow | null {
  const resetMs = ({ resetsAt }: UsageWindow) => Date.parse(resetsAt ?? '') || 0;
  const ofOneModel = ({ model = null }: UsageWindow) => Number(model !== null);
  for (const { id, status } of inOrder) {
    // What is signed out may have a window still, and does not come back with it.
    if (status === 'absent' || status === 'not_configured') continue;
    const rejected = windows.filter((each) => each.credentialId === id && each.status === 'rejected');
    const [last] = rejected.toSorted((a, b) => ofOneModel(a) - ofOneModel(b) || resetMs(b) - resetMs(a));
    if (last !== undefined) return last;
  }
  return null;
}

function shownWindow(seen: UsageWindow, nowMs: number): ShownWindow {
  const { credentialId, window, utilization, status, resetsAt, ageSeconds } = seen;
  return {
    ...{ credentialId, name: shortName(window), status, resetsAt, ageSeconds },
    // One that is used up is full, also where no share was said.
    utilization: utilization ?? 1,
    resetsInSeconds: resetsAt === null ? null : Math.ceil((Date.parse(resetsAt) - nowMs) / 1000),
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
