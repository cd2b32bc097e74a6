/** What is known of a request before it is read: its raw line and headers, as Node's parser hands them over. */
export interface RequestFacts {
  readonly method: string;
  /** The request target as received, still with its query. */
  readonly url: string;
  /** `1.1`. */
  readonly httpVersion: string;
  /** Names and values in turn, repeats kept. */
  readonly rawHeaders: readonly string[];
}

/** Every value of a header in the order received; `name` in lower case. */
export function headerValues(facts: Pick<RequestFacts, 'rawHeaders'>, name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < facts.rawHeaders.length; at += 2) {
    const raw = facts.rawHeaders[at] ?? '';
    // Twenty names are looked up in a request: the length alone rules most of its headers out.
    if (raw.length === name.length && raw.toLowerCase() === name) values.push(facts.rawHeaders[at + 1] ?? '');
  }
  return values;
}

/** The path of the request target, without its query. */
export function pathOf(facts: Pick<RequestFacts, 'url'>): string {
  const query = facts.url.indexOf('?');
  return query === -1 ? facts.url : facts.url.slice(0, query);
}
