import type { FastifyInstance } from 'fastify';
import { answered, cannedOutcome } from '../wire/canned.ts';
import { conclude, respond } from '../wire/respond.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import { oauthParameters } from './oauth-parameters.ts';
import { oauthRefusal } from './oauth-refusal.ts';

/** The revocation endpoint: oidc-provider's own, with JSON bodies translated and scripted trouble. Source: RFC 7009. */
export function revocationEndpoint(app: FastifyInstance, deps: EndpointDeps): void {
  const { admit, ask, faults, log, paths, redirectTarget } = deps;
  app.post(paths.revocation, { config: { endpoint: 'revoke' } }, async (request, reply) => {
    const parameters = oauthParameters(request);
    if (parameters === null)
      return conclude(request, reply, log, answered(oauthRefusal(400, 'invalid_request')), null);
    const refusal = admit(request, parameters);
    if (refusal !== null) return conclude(request, reply, log, answered(refusal), null);
    const token = parameters.get('token');
    if (token !== null) log.credential(request.note, 'token', token);
    return respond({
      request,
      reply,
      log,
      fault: faults.take('revoke', () => true),
      instead: (fault) =>
        fault.kind === 'unsupported'
          ? answered(oauthRefusal(fault.status ?? 400, 'unsupported_token_type'))
          : cannedOutcome(fault, { refusal: (status) => oauthRefusal(status), redirectTarget }),
      work: () => ask(paths.revocation, parameters, request.headers),
    });
  });
}
