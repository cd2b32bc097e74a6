/** An address that may be offered to the user, with the part that says whose it is. */
export interface ReadableAddress {
  readonly href: string;
  readonly host: string;
}

/** A web address as the browser would really open it; null for every other scheme, for relative ones and for those with a user name in them. */
export function readableAddress(text: string): ReadableAddress | null {
  const address = URL.parse(text);
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:')) return null;
  if (address.username !== '' || address.password !== '') return null;
  return { href: address.href, host: address.host };
}
