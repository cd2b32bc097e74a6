import { dollars, type Page, type Receipt } from '@postern/contract';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { type ListOptions, pageRequest } from '../list-options.ts';
import { columns, printJson, printLines, shortInstant } from '../print.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Prints what each turn cost and who paid, newest first. */
export function receipts(context: Context, options: ListOptions): Promise<number> {
  const request = pageRequest(options);
  return withUseCases(context, { create: false, memory: true }, async (useCases) => {
    const page = await useCases.receipts(request);
    if (context.options.json) printJson(context, page);
    else printLines(context, receiptLines(page));
    return exitCode.ok;
  });
}

function receiptLines({ items, next }: Page<Receipt>): readonly string[] {
  if (items.length === 0) return ['No receipts.'];
  const rows = items.map((each) => [
    shortInstant(each.at),
    each.outcome,
    each.model ?? '',
    `${each.usage.inputTokens + each.usage.cacheReadTokens + each.usage.cacheWriteTokens} in`,
    `${each.usage.outputTokens} out`,
    dollars(each.costUsd),
    each.parts.map((part) => `${part.credential.payer}${part.covered ? ' (covered)' : ''}`).join(', then '),
    programOf(each),
    unknownModelsOf(each),
  ]);
  return [...columns(rows), ...(next === null ? [] : [`More: --before ${next}`])];
}

/** Models whose price is not known. */
function unknownModelsOf({ unknownModels = [] }: Receipt): string {
  return unknownModels.length === 0
    ? ''
    : `no known price, counted as the dearest: ${unknownModels.join(', ')}`;
}

/** Of a program with a lease: its name, its session, and what its sub-agents cost. */
function programOf({ lease, subagents = [] }: Receipt): string {
  if (lease === undefined) return '';
  const session = lease.session === null ? '' : `, session ${lease.session}`;
  const cost = subagents.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const among =
    subagents.length === 0
      ? ''
      : `, ${subagents.length} ${subagents.length === 1 ? 'sub-agent' : 'sub-agents'} (${dollars(cost)})`;
  return `${lease.label}${session}${among}`;
}
