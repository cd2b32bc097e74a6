import type { Figure, Row } from '../benchmark.ts';

const titles = ['what', 'n', 'ours', 'peer', 'ratio', 'bound', 'met'] as const;

/** Prints rows as a table for a terminal. */
export function printRows(rows: readonly Row[]): void {
  const lines = [[...titles], ...rows.map(cellsOf)];
  const widths = titles.map((_, at) => Math.max(...lines.map((cells) => (cells[at] ?? '').length)));
  for (const cells of lines)
    console.log(
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function cellsOf({ what, count, ours, peer, ratio, bound }: Row): string[] {
  return [
    what,
    String(count),
    ours === null ? '–' : figureText(ours),
    peer === null ? '–' : `${figureText(peer)}, ${peer.name}`,
    ratio === null ? '–' : ratio.toFixed(2),
    bound?.text ?? '–',
    bound === null ? '–' : bound.met ? 'yes' : 'NO',
  ];
}

function figureText({ value, unit, text }: Figure): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return text ?? `${value.toFixed(digits)} ${unit}`;
}
