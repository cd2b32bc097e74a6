import { type Answer, jsonAnswer } from '../wire/answer.ts';

/** Error words of a token endpoint by status. Source: RFC 6749, sections 4.1.2.1 and 5.2. */
const wordOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'invalid_client',
  403: 'access_denied',
  429: 'slow_down',
  500: 'server_error',
  503: 'temporarily_unavailable',
};

const sentences: Readonly<Record<string, string>> = {
  invalid_grant: 'Refresh token not found or invalid',
  invalid_client: 'Client authentication failed',
  invalid_request: 'The request is missing a parameter or is malformed',
  unauthorized_client: 'This client may not use this grant type',
  unsupported_token_type: 'Revocation of this token type is not supported',
};

/** An error of an OAuth endpoint in the words of RFC 6749, section 5.2. */
export function oauthRefusal(status: number, error?: string): Answer {
  const word = error ?? wordOfStatus[status] ?? (status >= 500 ? 'server_error' : 'invalid_request');
  return jsonAnswer(status, {
    error: word,
    error_description: sentences[word] ?? `The server answered with status ${status}`,
  });
}
