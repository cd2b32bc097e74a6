import type { FastifyInstance, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { routes } from '../authorization-server/endpoints.ts';
import { pageHeaders } from '../sign-in-pages/page.ts';
import { approvalPage, organizationsPage } from './approval-page.ts';
import { organizations } from './connections.ts';
import { demoProfileId, platformRoutes } from './platform-choices.ts';
import type { Platform } from './platform-endpoints.ts';

const logged = { config: { endpoint: 'sign_in' } };
/** Source: docs/anthropic-oauth.md, "What the approval page can answer". */
const declined = { error: 'access_denied', error_description: 'the user declined the request' };
const notThisOne = {
  error: 'access_denied',
  error_description: 'the request cannot be approved for this organization',
};
const linkedAlready = {
  error: 'user_profile_already_linked',
  error_description: 'This organization already has an active connection to this app.',
};

/** The HTML of the approval page for a pending interaction. */
export function approvalOf(action: string, params: Readonly<Record<string, unknown>>, email: string): string {
  return approvalPage(action, {
    email,
    offline: String(params['scope'] ?? '')
      .split(' ')
      .includes('offline_access'),
  });
}

/** What the approval page's buttons do, and the customer's own page. */
export function approvalRoutes(
  app: FastifyInstance,
  provider: Provider,
  { connections, choices }: Platform,
): void {
  app.post(`${routes.interaction}/:id/approve`, logged, async (request, reply) => {
    const { params, session } = await provider.interactionDetails(request.raw, reply.raw);
    if (session === undefined) throw new errors.SessionNotFound('no one is signed in');
    const form = formOf(request);
    const organization = organizations.find(({ id }) => id === form.get('organization'));
    const refused =
      organization === undefined || organization.kind === 'cannot_be_approved'
        ? notThisOne
        : organization.kind === 'already_linked'
          ? linkedAlready
          : null;
    const result = refused ?? { consent: { grantId: await granted() } };
    const location = await provider.interactionResult(request.raw, reply.raw, result);
    return reply.code(303).headers(pageHeaders).header('location', location).send('');

    async function granted(): Promise<string> {
      const grant = new provider.Grant({
        accountId: session?.accountId ?? '',
        clientId: String(params['client_id']),
      });
      const scopes = String(params['scope'] ?? '').split(' ');
      const offline = form.get('offline') === '1';
      grant.addOIDCScope(scopes.filter((scope) => offline || scope !== 'offline_access').join(' '));
      if (!offline) grant.rejectOIDCScope('offline_access');
      const grantId = await grant.save();
      const profile = params[choices.profileParameter];
      if (organization !== undefined)
        connections.link(
          grantId,
          typeof profile === 'string' ? profile : demoProfileId,
          organization,
          capOf(form),
        );
      return grantId;
    }
  });

  app.post(`${routes.interaction}/:id/cancel`, logged, async (request, reply) => {
    const location = await provider.interactionResult(request.raw, reply.raw, declined);
    return reply.code(303).headers(pageHeaders).header('location', location).send('');
  });

  app.get(platformRoutes.organizations, logged, (_request, reply) =>
    reply.headers(pageHeaders).send(organizationsPage(platformRoutes.organizations, connections.all())),
  );
  app.post(`${platformRoutes.organizations}/unlink`, logged, (request, reply) => {
    connections.unlink(formOf(request).get('id'));
    return reply.code(303).headers(pageHeaders).header('location', platformRoutes.organizations).send('');
  });
}

function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

function capOf(form: URLSearchParams): number | null {
  const text = form.get('cap')?.trim() ?? '';
  return /^\d{1,6}(\.\d{1,4})?$/.test(text) ? Number(text) : null;
}
