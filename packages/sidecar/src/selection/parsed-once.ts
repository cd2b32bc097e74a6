/** Takes a document apart once for as long as the store hands out the very same one: each model call reads several, which seldom change. */
export function parsedOnce<T>(parse: (document: unknown) => T): (document: unknown) => T {
  let last: { readonly document: unknown; readonly value: T } | null = null;
  return (document) => {
    if (last === null || last.document !== document) last = { document, value: parse(document) };
    return last.value;
  };
}
