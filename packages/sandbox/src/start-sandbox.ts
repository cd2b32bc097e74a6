import type { RequestListener } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { AccessTokens } from './authorization-server/access-tokens.ts';
import { createAskProvider } from './authorization-server/ask-provider.ts';
import { createProvider } from './authorization-server/create-provider.ts';
import { clientId, routes } from './authorization-server/endpoints.ts';
import { metadataEndpoint } from './authorization-server/metadata-endpoint.ts';
import { Records } from './authorization-server/records.ts';
import { revocationEndpoint } from './authorization-server/revocation-endpoint.ts';
import { tokenEndpoint } from './authorization-server/token-endpoint.ts';
import { controlRoutes } from './control/control-routes.ts';
import { FaultQueues } from './control/fault-queues.ts';
import { RequestLog } from './control/request-log.ts';
import { Switches } from './control/switches.ts';
import { guard } from './guard.ts';
import { listen } from './listen.ts';
import { apiErrors } from './messages-api/api-errors.ts';
import { apiRoutes } from './messages-api/api-routes.ts';
import { sandboxApiKey } from './messages-api/authenticate.ts';
import { PlanUsage } from './messages-api/rate-limit-headers.ts';
import type { StartSandbox } from './sandbox.ts';
import { signInRoutes } from './sign-in-pages/sign-in-routes.ts';

/** Pause after each piece of a streamed answer: fast, and still seen to stream. */
const defaultPaceMs = 10;

/** Starts the stand-in: everything on one loopback port, everything in memory, nothing on the console. */
export const startSandbox: StartSandbox = async (options) => {
  const listening = await listen(options.port, options.host);
  const { port } = listening;
  const origin = `http://${options.host}:${port}`;
  const otherName = options.host === 'localhost' ? '127.0.0.1' : 'localhost';
  const redirectTarget = `http://${otherName}:${port}/redirect-target`;

  const records = new Records();
  const accessTokens = new AccessTokens(records);
  const [faults, log, switches, usage] = [
    new FaultQueues(),
    new RequestLog(),
    new Switches(),
    new PlanUsage(),
  ];
  const provider = createProvider(origin, records, options.accessTokenSeconds);
  provider.on('grant.revoked', (ctx) =>
    log.familyEnded(ctx.oidc.route === 'revocation' ? 'revocation' : 'reuse'),
  );
  const ask = createAskProvider(provider);

  let serve: RequestListener = () => {};
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    serverFactory: (handler) => {
      serve = handler;
      return listening.server;
    },
  });
  app.removeContentTypeParser('text/plain');
  guard(app, { port, log, switches });

  await app.register(async (endpoints: FastifyInstance) => {
    endpoints.removeAllContentTypeParsers();
    endpoints.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 65_536 }, (_request, body, done) =>
      done(null, body),
    );
    const deps = { ask, faults, log, redirectTarget };
    tokenEndpoint(endpoints, { ...deps, records });
    revocationEndpoint(endpoints, deps);
    metadataEndpoint(endpoints, deps);
  });
  await app.register(async (browser: FastifyInstance) => {
    const callback = provider.callback();
    for (const path of [routes.authorization, `${routes.authorization}/:id`, routes.jwks]) {
      browser.get(path, { config: { endpoint: 'authorize' } }, (request, reply) => {
        reply.hijack();
        return callback(request.raw, reply.raw);
      });
    }
    signInRoutes(browser, provider);
  });
  await app.register(async (api: FastifyInstance) => {
    apiErrors(api, log);
    apiRoutes(api, {
      accessTokens,
      switches,
      faults,
      log,
      usage,
      redirectTarget,
      paceMs: options.paceMs ?? defaultPaceMs,
    });
  });
  await app.register(async (control: FastifyInstance) => {
    controlRoutes(control, { accessTokens, switches, faults, log, usage });
  });
  app.all('/redirect-target', { config: { endpoint: 'redirect_target' } }, async () => ({ reached: true }));

  await app.ready();
  listening.serve(serve);
  return {
    url: origin,
    issuer: origin,
    apiBaseUrl: `http://127.0.0.1:${port}`,
    clientId,
    apiKey: sandboxApiKey,
    close: async () => {
      await listening.close();
      await app.close();
    },
  };
};
