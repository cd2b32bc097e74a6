import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EndpointDeps } from '../authorization-server/endpoint-deps.ts';
import { oauthParameters } from '../authorization-server/oauth-parameters.ts';
import { oauthRefusal } from '../authorization-server/oauth-refusal.ts';
import type { Records } from '../authorization-server/records.ts';
import { type Answer, jsonAnswer } from '../wire/answer.ts';
import { answered } from '../wire/canned.ts';
import { conclude } from '../wire/respond.ts';
import { billingRefusals, type Connections } from './connections.ts';
import { assertionFaults, type IdentityProvider } from './identity-provider.ts';
import { type PlatformChoices, platformRoutes } from './platform-choices.ts';

/** What the platform's own endpoints stand on. */
export interface Platform {
  readonly idp: IdentityProvider;
  readonly connections: Connections;
  readonly choices: PlatformChoices;
}

/** Pushed authorization requests, oidc-provider's own behind the check of the client. Source: RFC 9126. */
export function pushedRequestEndpoint(
  app: FastifyInstance,
  deps: EndpointDeps,
  records: Records,
  { choices }: Platform,
): void {
  app.post(platformRoutes.par, { config: { endpoint: 'par' } }, async (request, reply) => {
    const parameters = oauthParameters(request);
    const refusal =
      parameters === null ? oauthRefusal(400, 'invalid_request') : deps.admit(request, parameters);
    if (parameters === null || refusal !== null)
      return conclude(request, reply, deps.log, answered(refusal ?? oauthRefusal(400)), null);
    // Without it oidc-provider drops offline_access in silence.
    parameters.set('prompt', 'consent');
    const answer = await deps.ask(platformRoutes.par, parameters, request.headers);
    const given = answer.status === 201 ? taken(answer, records, choices) : answer;
    return conclude(request, reply, deps.log, answered(given), answer);
  });
}

/** As the platform might say that it took a request; oidc-provider's own requests live 60 s. */
function taken(answer: Answer, records: Records, { pushedStatus, requestSeconds }: PlatformChoices): Answer {
  const body: Record<string, unknown> = JSON.parse(answer.body);
  const id = String(body['request_uri']).split(':').at(-1) ?? '';
  const record = records.find('PushedAuthorizationRequest', id);
  if (record !== undefined) record.exp = Math.floor(Date.now() / 1000) + requestSeconds;
  return { ...answer, status: pushedStatus, body: JSON.stringify({ ...body, expires_in: requestSeconds }) };
}

/** The token answer with its connection, or the refusal that comes as late as the exchange. */
export function withConnection(answer: Answer, records: Records, connections: Connections): Answer {
  if (answer.status !== 200) return answer;
  const body: Record<string, unknown> = JSON.parse(answer.body);
  const connection = connections.of(records.find('AccessToken', String(body['access_token']))?.grantId);
  if (connection === null) return answer;
  if (connection.organization.kind === 'already_linked_late') {
    connection.linked = false;
    return jsonAnswer(400, {
      error: 'user_profile_already_linked',
      error_description: 'The profile is linked to another organization.',
    });
  }
  return connection.linked
    ? { ...answer, body: JSON.stringify({ ...body, connection_id: connection.id }) }
    : oauthRefusal(400, 'invalid_grant');
}

const controlSchema = z.strictObject({
  unlink: z.union([z.boolean(), z.string()]).optional(),
  refuse: z.enum(billingRefusals).nullable().optional(),
  assertionFault: z.enum(assertionFaults).nullable().optional(),
});

/** `POST /sandbox/platform` scripts trouble; `GET /sandbox/assertion` is the identity provider's. */
export function platformControl(app: FastifyInstance, { idp, connections, choices }: Platform): void {
  app.get('/sandbox/assertion', (_request, reply) => reply.type('text/plain').send(idp.assertion()));
  app.get('/sandbox/platform', () => ({
    connections: connections.all(),
    ownChoices: choices,
    refuse: connections.refusal,
    assertionFault: idp.fault,
  }));
  app.post('/sandbox/platform', (request, reply) => {
    const body = controlSchema.safeParse(request.body);
    if (!body.success)
      return reply.code(400).send({ code: 'invalid_request', detail: z.prettifyError(body.error) });
    const { unlink, refuse, assertionFault } = body.data;
    if (refuse !== undefined) connections.refusal = refuse;
    if (assertionFault !== undefined) idp.fault = assertionFault;
    const unlinked =
      unlink === undefined || unlink === false ? 0 : connections.unlink(unlink === true ? null : unlink);
    return { done: true, unlinked };
  });
}
