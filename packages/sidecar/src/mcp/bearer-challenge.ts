/** What a server that refuses a request says it wants. */
export interface BearerChallenge {
  /** Source: RFC 6750, section 3.1. Null: it says none, as for a request without a token. */
  readonly error: string | null;
  /** Where its metadata are; null: it does not say. Source: RFC 9728, section 5.1. */
  readonly metadataUrl: URL | null;
  /** Scopes that the request needs; null: it does not say. */
  readonly scopes: readonly string[] | null;
}

/** The Bearer challenge among those of a `WWW-Authenticate` header. Source: RFC 9110, section 11.6.1; RFC 6750, section 3. Pure. */
export function readChallenge(header: string | null): BearerChallenge {
  const parameters = new Map<string, string>();
  const bearer = /(?:^|,)\s*Bearer\s+(?=[\w-]+\s*=)/i.exec(header ?? '');
  if (header !== null && bearer !== null) {
    const pattern = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/y;
    pattern.lastIndex = bearer.index + bearer[0].length;
    // What is no parameter begins the next challenge.
    for (let found = pattern.exec(header); found !== null; found = pattern.exec(header)) {
      const [, name = '', quoted, plain = ''] = found;
      parameters.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'));
    }
  }
  const scope = parameters.get('scope');
  return {
    error: parameters.get('error') ?? null,
    metadataUrl: URL.parse(parameters.get('resource_metadata') ?? ''),
    scopes: scope === undefined ? null : scopesIn(scope),
  };
}

/** Each scope of a list once, at most 100. Source: RFC 6749, section 3.3. */
function scopesIn(text: string): readonly string[] {
  return [...new Set(text.split(' ').filter((each) => /^[!#-[\]-~]{1,256}$/.test(each)))].slice(0, 100);
}
