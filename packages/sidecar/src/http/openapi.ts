import { fastify, type RouteOptions } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { zodSchemaController } from './zod-schema-controller.ts';

type OpenApiDocument = ReturnType<typeof jsonSchemaTransformObject>;
type Declared = Pick<RouteOptions, 'method' | 'url' | 'schema' | 'config'>;

/** The description of the API, out of the very schemas that validate. */
export interface OpenApi {
  /** To be called for every route, with what it declares. */
  readonly onRoute: (route: Declared) => void;
  /** OpenAPI 3.1. Built on first request: otherwise every start would pay 50 ms and 3 MB for a document that is rarely read. */
  readonly document: () => Promise<OpenApiDocument>;
}

export function createOpenApi(version: string): OpenApi {
  const routes: Declared[] = [];
  let document: Promise<OpenApiDocument> | null = null;
  return {
    onRoute: ({ method, url, schema, config }) => {
      routes.push({ method, url, ...(schema && { schema }), ...(config && { config }) });
    },
    document: () => {
      document ??= buildDocument(routes, version).catch((error: unknown) => {
        document = null;
        throw error;
      });
      return document;
    },
  };
}

/** In an application of its own, which never listens: the plugin wants to be there before the first route. */
async function buildDocument(routes: readonly Declared[], version: string): Promise<OpenApiDocument> {
  const { default: fastifySwagger } = await import('@fastify/swagger');
  const app = fastify({ exposeHeadRoutes: false, logger: false, schemaController: zodSchemaController });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Postern',
        version,
        description:
          'The local API of Postern. It listens on 127.0.0.1, takes no cookies, and answers no other site’s page.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          launchToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token of this launch, from `POST /session` or `<dataDir>/sidecar.json`.',
          },
        },
      },
    },
    transform: (document) => {
      const { schema, url } = jsonSchemaTransform(document);
      const open = document.route.config?.open === true;
      const { rawTypes } = document.route.config ?? {};
      // Bytes have no schema; their types are what there is to say.
      const raw =
        rawTypes === undefined ? {} : { consumes: [...rawTypes], body: { description: 'The file itself.' } };
      return { schema: { ...schema, ...raw, security: open ? [] : [{ launchToken: [] }] }, url };
    },
    transformObject: (document) => withoutUnusedSchemas(jsonSchemaTransformObject(document)),
  });
  for (const route of routes) app.route({ ...route, handler: () => undefined });
  await app.ready();
  return app.swagger() as OpenApiDocument;
}

/** Drops the component schemas that nothing refers to: each registered schema comes once for input and once for output. */
function withoutUnusedSchemas(document: OpenApiDocument): OpenApiDocument {
  if (!('components' in document)) return document;
  const all = Object.entries(document.components?.schemas ?? {});
  const used = new Set<string>();
  let waiting = [refsIn({ ...document, components: {} })];
  while (waiting.length > 0) {
    const fresh = waiting.flat().filter((name) => !used.has(name));
    for (const name of fresh) used.add(name);
    waiting = all.filter(([name]) => fresh.includes(name)).map(([, schema]) => refsIn(schema));
  }
  const schemas = Object.fromEntries(all.filter(([name]) => used.has(name)));
  return { ...document, components: { ...document.components, schemas } } as OpenApiDocument;
}

function refsIn(part: unknown): string[] {
  const refs = JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...refs].map(([, name = '']) => name);
}
