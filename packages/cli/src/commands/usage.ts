import {
  type CapScope,
  capDollars,
  dollars,
  dollarsAtMost,
  type ErrorCode,
  errorTable,
  isErrorCode,
  type Spend,
  type Usage,
  type UsageRefresh,
  type UsageWindow,
  windowInWords,
  windowStatusInWords,
} from '@postern/contract';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { columns, printJson, printLines, shortInstant } from '../print.ts';
import { printable } from '../printable.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Prints plan windows as last seen, and what was spent. With `refresh` the program of each Claude Code account is asked first. */
export function usage(context: Context, { refresh = false }: { refresh?: boolean } = {}): Promise<number> {
  return withUseCases(context, { create: false, memory: true }, async (useCases) => {
    const read: Usage & { readonly refreshed?: readonly UsageRefresh[] } = refresh
      ? await useCases.refreshUsage()
      : await useCases.usage();
    if (context.options.json) printJson(context, read);
    else {
      for (const each of read.refreshed ?? []) context.io.stderr.write(`${refreshLine(each)}\n`);
      printLines(context, usageLines(read));
    }
    return exitCode.ok;
  });
}

function refreshLine({ credentialId, state, nextAt, code }: UsageRefresh): string {
  const next = `it can be asked again from ${shortInstant(nextAt)}`;
  if (state === 'read') return `${credentialId}: read just now.`;
  if (state === 'recent') return `${credentialId}: asked less than 5 minutes ago; ${next}.`;
  const title = isErrorCode(code ?? '') ? errorTable[code as ErrorCode].title : code;
  return `${credentialId}: ${title} (${code}); ${next}.`;
}

function paceText({ pace, utilization, status }: UsageWindow): string {
  if (status === 'rejected' || (utilization ?? 0) >= 1) return 'used up';
  if (pace == null || pace.outlook === 'unknown') return 'cannot say';
  if (pace.outlook === 'lasts' || pace.runsOutBetween === null) return 'lasts until the reset';
  const { from, to } = pace.runsOutBetween;
  return to === null
    ? `from ${shortInstant(from)}, or lasts`
    : `${shortInstant(from)} to ${shortInstant(to)}`;
}

function usageLines(usage: Usage): readonly string[] {
  const windows = usage.windows.map((each) => [
    each.credentialId,
    windowInWords(each.window),
    each.utilization === null ? '?' : `${Math.round(each.utilization * 100)} %`,
    windowStatusInWords(each.status) ?? each.status,
    each.resetsAt === null ? '' : shortInstant(each.resetsAt),
    `${Math.round(each.ageSeconds / 60)} min ago`,
    paceText(each),
  ]);
  const cap = usage.capUsdPerDay === null ? 'no cap' : `cap ${capDollars(usage.capUsdPerDay)} a day`;
  const caps = usage.caps.map(({ scope, capUsd, spentUsd, reservedUsd, leftUsd, workspace }) => [
    `  ${capNames[scope]}`,
    capDollars(capUsd),
    `${dollars(spentUsd)} spent`,
    reservedUsd > 0 ? `${dollarsAtMost(reservedUsd)} reserved` : '',
    `${dollars(leftUsd)} left`,
    printable(workspace ?? ''),
  ]);
  return [
    ...(windows.length === 0
      ? ['No plan window was seen yet.']
      : columns([['CREDENTIAL', 'WINDOW', 'USED', 'STATUS', 'RESETS', 'SEEN', 'RUNS OUT'], ...windows])),
    '',
    `Today, counted: ${dollars(usage.countedTodayUsd)} (${cap})`,
    ...(usage.reservedUsd > 0
      ? [`Under way or never reported: up to ${dollarsAtMost(usage.reservedUsd)}`]
      : []),
    ...(caps.length === 0 ? [] : ['Caps:', ...columns(caps)]),
    ...spendLines('Today', usage.today),
    ...spendLines('This month', usage.month),
  ];
}

const capNames: { readonly [Scope in CapScope]: string } = {
  turn: 'one turn',
  workspace: 'a folder a day',
  day: 'a day',
  month: 'a month',
};

function spendLines(heading: string, spend: readonly Spend[]): readonly string[] {
  if (spend.length === 0) return [`${heading}: nothing spent`];
  const rows = spend.map((each) => [
    `  ${each.credentialId}`,
    dollars(each.costUsd),
    each.covered ? 'covered by the plan' : '',
  ]);
  return [`${heading}:`, ...columns(rows)];
}
