const instantInText = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/**
 * A sentence of the timeline with the instants in it (ISO 8601, UTC) as times of its reader's clock. Postern may run in another time zone than
 * the window or terminal that shows the sentence, so it never writes a time of its own clock into one. Pure.
 * @param timeOf a time of the reader's clock for a sentence, from Unix ms
 */
export function timesInText(text: string, timeOf: (atMs: number) => string): string {
  return text.replace(instantInText, (found) => {
    const atMs = Date.parse(found);
    return Number.isNaN(atMs) ? found : timeOf(atMs);
  });
}
