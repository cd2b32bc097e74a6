import {
  capDollars,
  capInWords,
  describeToolCall,
  dollarsAtMost,
  parseAllowRule,
  type QueryEvent,
  reasonInWords,
  toolCautionSentences,
  visibleText,
} from '@postern/contract';

type Permission = Extract<QueryEvent, { event: 'permission_request' }>['data'];
type Fallback = Extract<QueryEvent, { event: 'fallback_request' }>['data'];

/** A tool's question as lines for a terminal: what would happen, where, all of the input, and what “always” would remember. */
export function permissionLines(question: Permission): readonly string[] {
  const { toolName, input, path, diff, cautions = [], remember } = question;
  const call = question.call ?? describeToolCall(toolName, input);
  const shownByDiff = diff === undefined ? [] : ['File', 'Content', 'Replace', 'With'];
  const parts = call.parts.filter(({ label }) => !shownByDiff.includes(label));
  const lines = [
    `${call.action}?`,
    ...(path === undefined ? [] : [`Place: ${oneLine(path)}`]),
    ...cautions.map((caution) => `! ${toolCautionSentences[caution]}`),
    ...parts.flatMap(({ label, text }) =>
      text.includes('\n') ? [`${oneLine(label)}:`, ...quoted(text)] : [`${oneLine(label)}: ${text}`],
    ),
    ...(diff === undefined ? [] : quoted(diff.replace(/\n$/, ''))),
    alwaysLine(remember ?? null),
  ];
  return lines.map((line) => visibleText(line.replaceAll('\t', '    ')));
}

/** Lines from elsewhere: the bar sets them apart from Postern's own. */
function quoted(text: string): readonly string[] {
  return text.split('\n').map((line) => `│ ${line}`);
}

function oneLine(text: string): string {
  return text.replaceAll('\n', '⟨U+000A⟩');
}

/** A command stands above already, whole. */
function alwaysLine(remember: { readonly rule: string; readonly words: string } | null): string {
  if (remember === null) return 'Postern asks every time.';
  const isCommand = parseAllowRule(remember.rule)?.type === 'command';
  return `Always: the agent may ${isCommand ? 'run exactly this command' : oneLine(remember.words)}, in this workspace.`;
}

/** The question whether another credential may pay. @param where a yes holds: a turn, or the session of a program with a lease */
export function fallbackLines(question: Fallback, where: 'turn' | 'session' = 'turn'): readonly string[] {
  const {
    from,
    to,
    reason,
    payer,
    capUsd,
    scope,
    thisCallAtMostUsd,
    spentUsd = 0,
    reservedUsd = 0,
  } = question;
  if (scope !== undefined && capUsd !== null && thisCallAtMostUsd !== undefined) {
    const others = reservedUsd > 0 ? `, up to ${dollarsAtMost(reservedUsd)} under way or never reported` : '';
    const unknown =
      question.unknownModel === undefined
        ? ''
        : ` The price of ${question.unknownModel} is not known, so the highest price was used.`;
    return [
      `The next call may cost up to ${dollarsAtMost(thisCallAtMostUsd)}. Cap ${capInWords[scope]}: ${capDollars(capUsd)}, ${dollarsAtMost(spentUsd)} spent${others}.`,
      `Go over it in this ${where} with ${to.kind}, paid by ${payer}?${unknown}`,
    ].map((line) => visibleText(line));
  }
  const cap = capUsd === null ? '' : ` Cap: ${capDollars(capUsd)} a day.`;
  return [
    visibleText(
      `${from.kind} cannot be used. ${reasonInWords(reason)}. Use ${to.kind} instead, paid by ${payer}?${cap}`,
    ),
  ];
}

/** Lines in pages that fit a terminal of this size; a long line takes as many rows as it wraps to. */
export function pagesOf(
  lines: readonly string[],
  columns: number,
  rows: number,
): readonly (readonly string[])[] {
  const pages: string[][] = [[]];
  let used = 0;
  for (const line of lines.flatMap((each) => cutInto(each, columns * rows))) {
    const needed = Math.max(1, Math.ceil(cellsOf(line) / columns));
    if (used > 0 && used + needed > rows) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)?.push(line);
    used += needed;
  }
  return pages;
}

/** A line that fills more than a page is cut where the page ends; nothing of it is left out. */
function cutInto(line: string, cells: number): readonly string[] {
  if (cellsOf(line) <= cells) return [line];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of line) {
    if (used + 2 > cells) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += cellsOf(character);
  }
  return [...pieces, piece];
}

/** Cells of a terminal that a text may take: two for whatever is not plain ASCII, which is never too few. */
function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += character >= ' ' && character <= '~' ? 1 : 2;
  return cells;
}
