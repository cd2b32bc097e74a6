import type { IncomingMessage, Server } from 'node:http';
import { type FastifyRequest, fastify } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import {
  answerHeaders,
  createFailureLimiter,
  createRouteLookup,
  type DoorRoute,
  isLaunchToken,
  ownHosts,
} from '../door/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import { createErrorAnswer, sendProblem } from './error-handler.ts';
import { createEventStreams } from './event-streams.ts';
import { createGuardedServer } from './guarded-server.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpDeps } from './http-deps.ts';
import { defaultHttpLimits, type HttpLimits } from './http-limits.ts';
import { listenOnLoopback, portOf } from './listen-on-loopback.ts';
import { createOpenApi } from './openapi.ts';
import { problemAnswer } from './problem-answer.ts';
import { readJsonBody } from './read-json-body.ts';
import { addRoutes } from './routes.ts';
import { zodSchemaController } from './zod-schema-controller.ts';

/** Where a sign-in returns to by default; the one path that another site may navigate to. */
const redirectPath = '/auth/anthropic/callback';

/** The HTTP edge: contract in, use case called, contract out. */
export interface HttpServer {
  readonly app: HttpApp;
  /**
   * Listens on 127.0.0.1; 0 lets the OS choose. After a failure it may be called again with another port.
   * @throws ConfigurationError `port_taken` (exit 69), `invalid_configuration` (exit 77) where the OS forbids the port
   */
  listen(port: number): Promise<{ readonly url: string }>;
  /** Ends every stream and connection. */
  close(): Promise<void>;
}

/** Builds the edge over its ports. Nothing listens yet. */
export async function createHttpServer(deps: HttpDeps): Promise<HttpServer> {
  const limits: HttpLimits = { ...defaultHttpLimits, ...deps.limits };
  const refusals = createFailureLimiter({
    clock: deps.clock,
    limit: limits.failures,
    perMs: limits.failuresPerMs,
  });
  const streams = createEventStreams(limits);
  const doorRoutes: DoorRoute[] = [];
  const openApi = createOpenApi(deps.version);
  const answerError = createErrorAnswer(deps);

  const app: HttpApp = fastify({
    serverFactory: (next): Server => createGuardedServer({ limits, refusals, rules: () => rules }, next),
    // The guarded server answers these itself.
    clientErrorHandler: () => undefined,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: limits.smallBodyBytes,
    logger: false,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    schemaController: zodSchemaController,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problemAnswer('not_found')));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(answerHeaders);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method = '', url: route = null } = request.routeOptions;
    deps.log.debug(
      { method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat())
      if (method !== 'HEAD')
        doorRoutes.push({
          method,
          path: route.url,
          open: route.config?.open === true,
          ...(route.config?.rawTypes && { rawTypes: route.config.rawTypes }),
        });
  });
  app.addHook('onRoute', openApi.onRoute);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request: FastifyRequest, body: IncomingMessage) =>
    readJsonBody(body, {
      bodyBytes: request.routeOptions.bodyLimit ?? limits.smallBodyBytes,
      drainBytes: limits.drainBytes,
      jsonDepth: limits.jsonDepth,
      mayBeEmpty: request.method === 'DELETE',
    }),
  );
  // The door keeps these types from every route that has not asked for raw bytes; that route reads them as they come.
  app.addContentTypeParser(
    /^(?:image|application|text)\//,
    async (request: FastifyRequest, body: IncomingMessage) => {
      if (request.routeOptions.config.rawTypes === undefined)
        throw new InvalidRequestError('unsupported_media_type');
      return body;
    },
  );

  const baseUrl = () => `http://127.0.0.1:${portOf(app.server)}`;
  addRoutes(app, {
    ...deps,
    streams,
    refusals,
    baseUrl,
    openApi,
    queryBodyBytes: limits.queryBodyBytes,
  });
  await app.ready();
  const routesAt = createRouteLookup(doorRoutes);
  // No request is admitted before the port, and with it the Host, is known.
  let rules = doorRules(0);
  app.server.on('listening', () => {
    rules = doorRules(portOf(app.server));
  });

  function doorRules(port: number) {
    const hosts = ownHosts(port);
    return {
      hosts,
      origins: hosts.map((host) => `http://${host}`),
      redirectPath,
      routesAt,
      authorizes: (bearer: string) => isLaunchToken(deps.token, bearer),
    };
  }

  return {
    app,
    async listen(port) {
      await listenOnLoopback(app, port);
      return { url: baseUrl() };
    },
    async close() {
      streams.close();
      await app.close();
    },
  };
}
