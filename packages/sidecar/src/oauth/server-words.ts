const longestWord = 64;

/**
 * What the authorization server said on the redirect, as a sentence to show, or null: its own error word, checked and shortened, and
 * in our words what is known to help. Its description is looked at, never shown: it may echo anything.
 * Source: RFC 6749, section 4.1.2.1; RFC 8707, section 2 (`invalid_target`).
 */
export function serverWords(parameters: URLSearchParams): string | null {
  const given = parameters.get('error') ?? '';
  const word = given.slice(0, longestWord);
  if (!/^[A-Za-z][A-Za-z0-9_.:/-]*$/.test(word)) return null;
  const shown = given.length > longestWord ? `${word}…` : word;
  return `The sign-in server said ${shown}.${hint(word, parameters.get('error_description') ?? '')}`;
}

function hint(word: string, description: string): string {
  if (word === 'invalid_target')
    return ' It wants to know for which service the access is: set POSTERN_OAUTH_RESOURCE.';
  if (word === 'invalid_request' && /\bnonce\b/i.test(description.slice(0, 500)))
    return ' It wants a nonce, which is sent with the scope openid: add it to POSTERN_OAUTH_SCOPES.';
  return '';
}
