import type { Io } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { dataDirsOf } from '../places.ts';
import type { StatusLineFormat } from '../statusline/formats.ts';
import { readStanding } from '../statusline/read-standing.ts';
import { renderStanding } from '../statusline/render.ts';

/** A bar that asks every few seconds must not pile up programs. */
const answersWithinMs = 2_000;

/** Prints one line for a status bar: who pays, the fullest plan window, what was spent today. Exit code 0 whatever it says. */
export async function statusline(
  context: Parameters<typeof dataDirsOf>[0] & { readonly io: Pick<Io, 'stdout'> },
  { format }: { readonly format: StatusLineFormat },
): Promise<number> {
  const standing = await readStanding(dirsOf(context), answersWithinMs, Date.now);
  const line = renderStanding(standing, context.options.json ? 'json' : format);
  context.io.stdout.write(`${line}\n`);
  return exitCode.ok;
}

/** None where the only one was named as seen from a folder that is gone. */
function dirsOf(context: Parameters<typeof dataDirsOf>[0]): readonly string[] {
  try {
    return dataDirsOf(context);
  } catch {
    return [];
  }
}
