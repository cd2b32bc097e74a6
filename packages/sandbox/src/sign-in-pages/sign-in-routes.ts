import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { routes, scopes } from '../authorization-server/endpoints.ts';
import { approvalOf, approvalRoutes } from '../platform/approval-routes.ts';
import type { Platform } from '../platform/platform-endpoints.ts';
import { consentPage } from './consent-page.ts';
import { demoEmail, loginPage } from './login-page.ts';
import { page, pageHeaders } from './page.ts';

const logged = { config: { endpoint: 'sign_in' } };
const emailShape = /^[^\s@<>]{1,64}@[^\s@<>]{1,189}$/;

/** The pages the user sees, and what their buttons do. */
export function signInRoutes(app: FastifyInstance, provider: Provider, platform: Platform | null): void {
  if (platform !== null) approvalRoutes(app, provider, platform);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  app.setErrorHandler(async (error, _request, reply) => {
    // A page that was left open, or used twice: not a fault of this server.
    if (!(error instanceof errors.SessionNotFound)) throw error;
    await reply
      .code(400)
      .headers(pageHeaders)
      .send(
        page(
          'This sign-in has ended',
          '<h1>This sign-in has ended</h1><p>Go back to the app and start again.</p>',
        ),
      );
  });

  app.get(`${routes.interaction}/:id`, logged, async (request, reply) => {
    const { prompt, params, session } = await provider.interactionDetails(request.raw, reply.raw);
    if (prompt.name === 'login') {
      return showPage(reply, 200, loginPage(actionOf(request), hinted(params), null));
    }
    if (platform !== null)
      return showPage(reply, 200, approvalOf(actionOf(request), params, session?.accountId ?? ''));
    const client = await provider.Client.find(String(params['client_id']));
    const asked = {
      client: client?.clientName ?? 'An app',
      email: session?.accountId ?? '',
      scopes: askedScopes(params),
    };
    return showPage(reply, 200, consentPage(actionOf(request), asked));
  });

  app.post(`${routes.interaction}/:id/login`, logged, async (request, reply) => {
    const { params } = await provider.interactionDetails(request.raw, reply.raw);
    const email = form(request).get('email')?.trim() ?? '';
    if (!emailShape.test(email)) {
      return showPage(
        reply,
        400,
        loginPage(actionOf(request), email || hinted(params), 'Enter an e-mail address.'),
      );
    }
    return goOn(
      reply,
      await provider.interactionResult(request.raw, reply.raw, { login: { accountId: email } }),
    );
  });

  app.post(`${routes.interaction}/:id/allow`, logged, async (request, reply) => {
    const { params, session } = await provider.interactionDetails(request.raw, reply.raw);
    if (session === undefined) throw new errors.SessionNotFound('no one is signed in');
    const grant = new provider.Grant({
      accountId: session.accountId,
      clientId: String(params['client_id']),
    });
    grant.addOIDCScope(askedScopes(params).join(' '));
    const grantId = await grant.save();
    return goOn(reply, await provider.interactionResult(request.raw, reply.raw, { consent: { grantId } }));
  });

  app.post(`${routes.interaction}/:id/deny`, logged, async (request, reply) => {
    const denial = { error: 'access_denied', error_description: 'The user declined' };
    return goOn(reply, await provider.interactionResult(request.raw, reply.raw, denial));
  });

  app.post(`${routes.interaction}/:id/switch`, logged, async (request, reply) => {
    const { params, session } = await provider.interactionDetails(request.raw, reply.raw);
    if (session !== undefined) await (await provider.Session.findByUid(session.uid))?.destroy();
    const again = new URLSearchParams(
      Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return goOn(reply, `${routes.authorization}?${again}`);
  });
}

function actionOf(request: FastifyRequest): string {
  return `${routes.interaction}/${encodeURIComponent((request.params as { id: string }).id)}`;
}

function form(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

function hinted(params: Readonly<Record<string, unknown>>): string {
  const hint = params['login_hint'];
  return typeof hint === 'string' && emailShape.test(hint) ? hint : demoEmail;
}

function askedScopes(params: Readonly<Record<string, unknown>>): readonly string[] {
  const asked = String(params['scope'] ?? '').split(' ');
  return scopes.filter((scope) => asked.includes(scope));
}

function showPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(html);
}

function goOn(reply: FastifyReply, location: string): FastifyReply {
  return reply.code(303).headers(pageHeaders).header('location', location).send('');
}
