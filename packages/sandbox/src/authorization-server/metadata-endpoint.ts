import type { FastifyInstance } from 'fastify';
import type { MetadataFault } from '../control/fault-schema.ts';
import type { Answer } from '../wire/answer.ts';
import { cannedOutcome } from '../wire/canned.ts';
import { respond } from '../wire/respond.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import { oauthRefusal } from './oauth-refusal.ts';

const paths = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];

/** Authorization endpoints that must not be opened. */
const hostileEndpoints: Readonly<Record<string, string>> = {
  javascript_endpoint: 'javascript:alert(1)',
  file_endpoint: 'file:///etc/passwd',
  http_endpoint: 'http://authorize.example/oauth/authorize',
  userinfo_endpoint: 'https://someone:secret@authorize.example/oauth/authorize',
  dash_endpoint: '-a',
  foreign_endpoint: 'https://authorize.example/oauth/authorize',
};

/** Authorization server metadata, oidc-provider's own, with scripted trouble. Source: RFC 8414. */
export function metadataEndpoint(app: FastifyInstance, deps: EndpointDeps): void {
  const { ask, faults, log, redirectTarget } = deps;
  for (const path of paths) {
    app.get(path, { config: { endpoint: 'metadata' } }, (request, reply) =>
      respond({
        request,
        reply,
        log,
        fault: faults.take('metadata', () => true),
        instead: (fault) =>
          cannedOutcome(fault, { refusal: (status) => oauthRefusal(status), redirectTarget }),
        work: async (fault) => {
          const answer = await ask(path, null, request.headers);
          return fault === null ? answer : altered(answer, fault);
        },
      }),
    );
  }
}

function altered(answer: Answer, fault: MetadataFault): Answer {
  const metadata: Record<string, unknown> = JSON.parse(answer.body);
  return { ...answer, body: JSON.stringify({ ...metadata, ...alteration(fault) }) };
}

/** Members that replace the real ones; undefined leaves one out. */
function alteration({ kind }: MetadataFault): Record<string, unknown> {
  switch (kind) {
    case 'issuer_mismatch':
      return { issuer: 'https://issuer.example' };
    case 'no_s256':
      return { code_challenge_methods_supported: ['plain'] };
    case 'no_revocation_endpoint':
      return { revocation_endpoint: undefined };
    default: {
      const endpoint = hostileEndpoints[kind];
      return endpoint === undefined ? {} : { authorization_endpoint: endpoint };
    }
  }
}
