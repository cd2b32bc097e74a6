import { timesInText } from '@postern/contract';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { type ListOptions, pageRequest } from '../list-options.ts';
import { columns, printJson, printLines, shortInstant } from '../print.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Prints what happened to the sign-ins, newest first. */
export function timeline(context: Context, options: ListOptions): Promise<number> {
  const request = pageRequest(options);
  return withUseCases(context, { create: false, memory: true }, async (useCases) => {
    const page = await useCases.timeline(request);
    if (context.options.json) printJson(context, page);
    else if (page.items.length === 0) printLines(context, ['Nothing has happened yet.']);
    else {
      const rows = page.items.map((each) => [
        shortInstant(each.at),
        each.kind ?? '',
        timesInText(each.text, (ms) => shortInstant(new Date(ms).toISOString())),
      ]);
      printLines(context, [...columns(rows), ...(page.next === null ? [] : [`More: --before ${page.next}`])]);
    }
    return exitCode.ok;
  });
}
