const longestUrl = 2048;

/** Loopback by name: the literals `127.0.0.0/8` and `::1`, and `localhost`, which RFC 6761 section 6.3 keeps on the machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Host with port of a URL that was checked before. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

/**
 * What is wrong with an endpoint, as the end of a sentence, or null: it must be https, or http on loopback, name a host of
 * `hosts` (with port; null: any), and carry neither userinfo nor a fragment.
 * Source: RFC 6749, section 3.1; docs/spec/faults.md#f09.
 */
export function endpointFault(value: unknown, hosts: ReadonlySet<string> | null): string | null {
  if (typeof value !== 'string' || value === '') return 'is not a text';
  if (value.length > longestUrl) return 'is too long';
  // The URL parser drops blanks and turns backslashes round; what it would have to mend is not trusted.
  if (!/^https?:\/\/[!-[\]-~]+$/i.test(value)) return 'is not an http or https address';
  const url = URL.parse(value);
  if (url === null) return 'is not an address';
  if (url.username !== '' || url.password !== '' || value.split(/[/?#]/, 3)[2]?.includes('@'))
    return 'carries a user name';
  if (value.includes('#')) return 'carries a fragment';
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return 'is neither https nor on loopback';
  if (hosts !== null && !hosts.has(url.host)) return 'is on a host that was not configured';
  return null;
}
