import type { FastifyInstance } from 'fastify';
import type { TokenFault } from '../control/fault-schema.ts';
import { type Answer, jsonAnswer, type Outcome } from '../wire/answer.ts';
import { answered, cannedOutcome } from '../wire/canned.ts';
import { conclude, respond } from '../wire/respond.ts';
import { accountOf } from './account.ts';
import { spoil } from './corrupt-token-response.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import { oauthParameters } from './oauth-parameters.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import type { Records } from './records.ts';

/** The token endpoint: oidc-provider's own, with JSON bodies translated, the account added, and scripted trouble. */
export function tokenEndpoint(
  app: FastifyInstance,
  deps: EndpointDeps & {
    readonly records: Records;
    /** What else the service says in a token answer. */
    readonly complete: (answer: Answer) => Answer;
  },
): void {
  const { admit, ask, complete, records, faults, log, paths, redirectTarget } = deps;
  app.post(paths.token, { config: { endpoint: 'token' } }, async (request, reply) => {
    const parameters = oauthParameters(request);
    if (parameters === null)
      return conclude(request, reply, log, answered(oauthRefusal(400, 'invalid_request')), null);
    const refusal = admit(request, parameters);
    if (refusal !== null) return conclude(request, reply, log, answered(refusal), null);

    const grantType = parameters.get('grant_type') ?? '';
    if (grantType !== '') request.note.endpoint = `token:${grantType}`;
    const refreshToken = parameters.get('refresh_token');
    const code = parameters.get('code');
    if (refreshToken !== null) log.credential(request.note, 'refresh_token', refreshToken);
    else if (code !== null) log.credential(request.note, 'code', code);

    return respond({
      request,
      reply,
      log,
      fault: faults.take('token', ({ grant }) => grant === undefined || grant === grantType),
      instead: (fault) => refusedOutcome(fault, redirectTarget),
      work: async (fault) => {
        const keepRefreshToken = fault?.kind === 'no_refresh_token';
        const said = await ask(paths.token, parameters, request.headers, { keepRefreshToken });
        const answer = complete(said);
        return fault === null ? answer : spoil(answer, fault, records);
      },
    });
  });
}

function refusedOutcome(fault: TokenFault, redirectTarget: string): Outcome | null {
  switch (fault.kind) {
    case 'invalid_grant':
    case 'invalid_client':
    case 'invalid_request':
    case 'unauthorized_client':
      return answered(
        oauthRefusal(fault.status ?? (fault.kind === 'invalid_client' ? 401 : 400), fault.kind),
      );
    case 'anthropic_error':
      return answered(
        jsonAnswer(fault.status ?? 400, {
          type: 'error',
          error: { type: 'invalid_request_error', message: 'Invalid request format' },
          request_id: 'req_sandbox_token',
        }),
      );
    case 'array':
      return answered(jsonAnswer(200, []));
    case 'error_in_200':
      return answered(
        jsonAnswer(200, { error: 'invalid_grant', error_description: 'Refresh token expired' }),
      );
    default:
      return cannedOutcome(fault, { refusal: (status) => oauthRefusal(status), redirectTarget });
  }
}

/** A token answer with who is signed in and when the login ends, as the vendor's token responses do. */
export function withAccount(answer: Answer, records: Records): Answer {
  if (answer.status !== 200) return answer;
  const body: Record<string, unknown> = JSON.parse(answer.body);
  const record = records.find('RefreshToken', String(body['refresh_token']));
  if (record?.accountId === undefined || record.exp === undefined) return answer;
  return {
    ...answer,
    body: JSON.stringify({
      ...body,
      refresh_token_expires_in: record.exp - Math.floor(Date.now() / 1000),
      ...accountOf(record.accountId),
    }),
  };
}
