import type { RequestListener } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { AccessTokens } from './authorization-server/access-tokens.ts';
import { createCallProvider } from './authorization-server/call-provider.ts';
import { createProvider } from './authorization-server/create-provider.ts';
import type { EndpointDeps } from './authorization-server/endpoint-deps.ts';
import { clientId, routes } from './authorization-server/endpoints.ts';
import { metadataEndpoint } from './authorization-server/metadata-endpoint.ts';
import { Records } from './authorization-server/records.ts';
import { revocationEndpoint } from './authorization-server/revocation-endpoint.ts';
import { tokenEndpoint, withAccount } from './authorization-server/token-endpoint.ts';
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
import { refusalOfClient } from './platform/client-authentication.ts';
import { Connections } from './platform/connections.ts';
import { IdentityProvider } from './platform/identity-provider.ts';
import { addressesOf } from './platform/platform-addresses.ts';
import { defaultChoices, platformClientId, platformRoutes } from './platform/platform-choices.ts';
import {
  type Platform,
  platformControl,
  pushedRequestEndpoint,
  withConnection,
} from './platform/platform-endpoints.ts';
import type { StartSandbox } from './sandbox.ts';
import { signInRoutes } from './sign-in-pages/sign-in-routes.ts';

/** Pause after each piece of a streamed answer: fast, and still seen to stream. */
const defaultPaceMs = 10;

/** Starts the fake services: everything on one loopback port, everything in memory, nothing on the console. */
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
  const choices = options.platform === undefined ? null : { ...defaultChoices, ...options.platform };
  const platform: Platform | null =
    choices === null ? null : { idp: new IdentityProvider(), connections: new Connections(), choices };
  const provider = createProvider(origin, records, options.accessTokenSeconds, choices);
  provider.on('grant.revoked', (ctx) =>
    log.familyEnded(ctx.oidc.route === 'revocation' ? 'revocation' : 'reuse'),
  );
  const ask = createCallProvider(provider);

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
    const deps: EndpointDeps = {
      ...{ ask, faults, log, redirectTarget },
      paths: platform === null ? routes : platformRoutes,
      admit: (request, parameters) =>
        platform === null ? null : refusalOfClient(request, parameters, platform.idp, platform.choices),
    };
    tokenEndpoint(endpoints, {
      ...deps,
      records,
      complete: (answer) =>
        platform === null
          ? withAccount(answer, records)
          : withConnection(answer, records, platform.connections),
    });
    if (platform !== null) pushedRequestEndpoint(endpoints, deps, records, platform);
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
    signInRoutes(browser, provider, platform);
  });
  await app.register(async (api: FastifyInstance) => {
    apiErrors(api, log);
    apiRoutes(api, {
      accessTokens,
      connections: platform?.connections ?? null,
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
    if (platform !== null) platformControl(control, platform);
  });
  app.all('/redirect-target', { config: { endpoint: 'redirect_target' } }, async () => ({ reached: true }));

  await app.ready();
  listening.serve(serve);
  return {
    url: origin,
    issuer: origin,
    apiBaseUrl: `http://127.0.0.1:${port}`,
    clientId: platform === null ? clientId : platformClientId,
    platform: platform === null ? null : addressesOf(origin),
    apiKey: sandboxApiKey,
    close: async () => {
      await listening.close();
      await app.close();
    },
  };
};
