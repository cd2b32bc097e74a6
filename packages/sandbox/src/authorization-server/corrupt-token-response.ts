import type { TokenFault } from '../control/fault-schema.ts';
import type { Answer } from '../wire/answer.ts';
import type { Records } from './records.ts';

const smallerScope = 'user:profile';

/** A good token response made unusable or unusual as the fault says; the tokens in it were really issued. */
export function spoil(answer: Answer, fault: TokenFault, records: Records): Answer {
  if (answer.status !== 200) return answer;
  const body: Record<string, unknown> = JSON.parse(answer.body);
  if (fault.kind === 'smaller_scope') {
    const issued = records.find('AccessToken', String(body['access_token']));
    if (issued !== undefined) issued.scope = smallerScope;
  }
  return { ...answer, body: JSON.stringify(spoiled(body, fault)) };
}

function spoiled(body: Readonly<Record<string, unknown>>, fault: TokenFault): Record<string, unknown> {
  switch (fault.kind) {
    case 'empty_token':
      return { ...body, access_token: '' };
    case 'no_access_token':
      return without(body, 'access_token');
    case 'no_refresh_token':
      return without(body, 'refresh_token');
    case 'smaller_scope':
      return { ...body, scope: smallerScope };
    case 'wrong_token_type':
      return replaced(body, 'token_type', fault.value === undefined ? 'mac' : fault.value);
    case 'bad_expires_in':
      return replaced(body, 'expires_in', fault.value === undefined ? -1 : fault.value);
    default:
      return body;
  }
}

function replaced(
  body: Readonly<Record<string, unknown>>,
  member: string,
  value: string | number | null,
): Record<string, unknown> {
  return value === null ? without(body, member) : { ...body, [member]: value };
}

function without(body: Readonly<Record<string, unknown>>, member: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== member));
}
