/** What a secret becomes wherever it is turned into text. */
export const redacted = '[redacted]';

/** From one place in a text up to another, in UTF-16 units: `[start, end)`. */
export type TextRange = readonly [start: number, end: number];

/** Every place where one text stands in another. They may overlap. */
export function rangesOf(part: string, text: string): TextRange[] {
  const ranges: TextRange[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1))
    ranges.push([at, at + part.length]);
  return ranges;
}

/** The text with `[redacted]` in the place of each range, and of each group of ranges that touch. */
export function hideRanges(text: string, ranges: readonly TextRange[]): string {
  let clean = '';
  let copied = 0;
  let hidden = -1;
  for (const [start, end] of ranges.toSorted(([one], [other]) => one - other)) {
    if (start > hidden) {
      if (hidden >= 0) clean += redacted;
      clean += text.slice(copied, start);
    }
    hidden = Math.max(hidden, end);
    copied = hidden;
  }
  return hidden < 0 ? text : clean + redacted + text.slice(copied);
}
