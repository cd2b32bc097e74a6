/** A stretch of text as the user is to see it: as it is, or, where it would not show, a mark that stands for it. */
export interface TextSegment {
  readonly text: string;
  readonly isMark: boolean;
}

/**
 * Characters that show nothing, reorder what stands around them, or pass for a plain space or line end: control characters other
 * than tab and line end, format characters, everything that may be ignored in display, lone surrogates, noncharacters, and spaces
 * other than U+0020. A joiner and a variation selector inside an emoji are part of it. Source: Unicode 16, UAX #9 (bidirectional
 * marks), UAX #44 (`Default_Ignorable_Code_Point`), UTS #51 (emoji sequences).
 */
const hiddenCharacter = new RegExp(
  [
    /(?!\r\n)[[\p{Cc}--[\n\t]][\p{Cf}--[\u200D]]\p{Cs}\p{Zl}\p{Zp}[\p{Zs}--[ ]]]/v.source,
    /[\p{Default_Ignorable_Code_Point}--[\u200D\uFE0F]]|[\p{Noncharacter_Code_Point}\u2800]/v.source,
    /\u200D(?!\p{Extended_Pictographic})|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D/v
      .source,
    /(?<!\p{Emoji})\uFE0F|(?<=[0-9#*])\uFE0F(?!\u20E3)/v.source,
    /[\u{1D159}\u{13441}\u{13442}\u{16FE4}\u2D7F\u{1107F}]|(?<=\p{M}\p{M})\p{M}/v.source,
  ].join('|'),
  'gv',
);

/** Segments that are kept apart; behind them, marks stand inside the text, so that a screen need not draw a million pieces. */
const mostSegments = 2_000;

/**
 * `text` cut where a hidden character is, each of them replaced by a mark such as `⟨U+202E⟩`. What a model or a web page wrote is
 * shown to the user through this, so that they see what a program would get. Linear in the length of `text`.
 */
export function textSegments(text: string): readonly TextSegment[] {
  const segments: TextSegment[] = [];
  let from = 0;
  for (const match of text.matchAll(hiddenCharacter)) {
    if (segments.length >= mostSegments) break;
    if (match.index > from) segments.push({ text: text.slice(from, match.index), isMark: false });
    segments.push({ text: markOf(match[0]), isMark: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) segments.push({ text: visibleText(text.slice(from)), isMark: false });
  return segments;
}

/** `text` with a mark in place of each hidden character, for a terminal or any other place that shows plain text. */
export function visibleText(text: string): string {
  return text.replace(hiddenCharacter, markOf);
}

/** How far around a character the pattern looks: two characters, which may be pairs. */
const lookedAround = 4;

/**
 * Whether `text` holds a character that would not show; with `from` and `to`, whether one begins there. A long text can so be looked
 * through in parts, with the same answer as in one.
 */
export function hasHiddenText(text: string, from = 0, to = text.length): boolean {
  const start = Math.max(0, from - lookedAround);
  const part = text.slice(start, to + lookedAround);
  const pattern = new RegExp(hiddenCharacter);
  pattern.lastIndex = from - start;
  const found = pattern.exec(part);
  return found !== null && found.index < to - start;
}

/** Scripts whose letters are drawn like Latin ones. Source: Unicode UTS #39, confusables. */
const drawnLikeLatin =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/v;
/** Latin letters under other code points: fullwidth forms, mathematical alphanumerics, small capitals and letterlike symbols. */
const latinInDisguise = /[\uFF01-\uFF5E\u{1D400}-\u{1D7FF}\u1D00-\u1D2B\u2100-\u214F\u24B6-\u24E9]/v;
const latin = /\p{Script=Latin}/v;
const words = /[\p{L}\p{M}\p{N}\p{So}\uFF01-\uFF5E]+/gv;
/** Characters that are searched: a warning need not be found in a book. */
const searched = 65_536;

/** Words of `text`, at most five, in which letters of other scripts pass for Latin ones, as in `раypal` with a Cyrillic `ра`. */
export function lookAlikeWords(text: string): readonly string[] {
  const found: string[] = [];
  for (const [word] of text.slice(0, searched).matchAll(words)) {
    const mixes = drawnLikeLatin.test(word) && latin.test(word);
    if ((mixes || latinInDisguise.test(word)) && !found.includes(word)) found.push(word);
    if (found.length === 5) break;
  }
  return found;
}

function markOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
