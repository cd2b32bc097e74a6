const instantInText = /\b(at )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/g;

/**
 * A sentence of the timeline with the instants in it (ISO 8601, UTC) as times of its reader's clock. Postern may run in another time zone than
 * the window or terminal that shows the sentence, so it never writes a time of its own clock into one. Pure.
 * @param timeOf a time of the reader's clock for a sentence, from Unix ms
 * @param atTimeOf the same with its preposition, for an instant after “at”: `at 14:20`, `tomorrow at 02:05`
 */
export function timesInText(
  text: string,
  timeOf: (atMs: number) => string,
  atTimeOf: (atMs: number) => string = (atMs) => `at ${timeOf(atMs)}`,
): string {
  return text.replace(instantInText, (found, at: string | undefined, instant: string) => {
    const atMs = Date.parse(instant);
    if (Number.isNaN(atMs)) return found;
    return at === undefined ? timeOf(atMs) : atTimeOf(atMs);
  });
}
