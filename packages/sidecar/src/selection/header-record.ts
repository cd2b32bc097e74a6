/** Headers by lower-case name, as Node and undici hand them over. */
export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header; several are joined as RFC 9110, section 5.3, allows. Null where it is not there. */
export function headerValue(headers: HeaderRecord, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}
