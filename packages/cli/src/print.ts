import { inertJson } from '@postern/sidecar/inert-json';
import type { Context } from './context.ts';
import { printable } from './printable.ts';

/** One JSON value as one line on stdout; a terminal only shows it. */
export function printJson({ io }: Pick<Context, 'io'>, value: unknown): void {
  io.stdout.write(`${inertJson(JSON.stringify(value))}\n`);
}

/** Lines for the user on stdout; whatever came from elsewhere in them cannot steer the terminal. */
export function printLines({ io }: Pick<Context, 'io'>, lines: readonly string[]): void {
  for (const line of lines) io.stdout.write(`${printable(line)}\n`);
}

/** Rows as aligned columns, two spaces apart, the first row as heading. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** An instant without what the user does not read: `2026-11-23 10:05:00Z`. */
export function shortInstant(instant: string): string {
  return instant.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
