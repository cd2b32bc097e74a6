/**
 * Text that a terminal only shows: no control characters but line feed and tab, so that what a model or a server wrote cannot
 * move the cursor, change the title, fill the clipboard or hide a line. Stateless: a sequence cut in two is as harmless.
 */
export function printable(text: string): string {
  return text.replace(controls, '');
}

/**
 * Text for a pipe or a file, which may end on a terminal (`| tee`, `cat`): as it came, but for the control characters that a terminal obeys.
 * Line ends of every kind, form feeds and the marks of right-to-left text are part of a file and stay. Stateless, as above.
 */
export function withoutEscapes(text: string): string {
  return text.replace(escapes, '');
}

const range = (from: number, to: number) => `${String.fromCharCode(from)}-${String.fromCharCode(to)}`;
/** C0 without tab and line feed, DEL and C1, and the marks that reorder text. Source: ECMA-48; Unicode UAX #9. */
const controls = new RegExp(
  `[${range(0x00, 0x08)}${range(0x0b, 0x1f)}${range(0x7f, 0x9f)}\u202a-\u202e\u2066-\u2069]`,
  'g',
);
/** C0 without tab, line feed, form feed and carriage return, DEL and C1. Source: ECMA-48. */
const escapes = new RegExp(
  `[${range(0x00, 0x08)}${range(0x0b, 0x0b)}${range(0x0e, 0x1f)}${range(0x7f, 0x9f)}]`,
  'g',
);
