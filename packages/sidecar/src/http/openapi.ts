import fastifySwagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { HttpApp } from './http-app.ts';

type OpenApiDocument = ReturnType<typeof jsonSchemaTransformObject>;

/** Adds `app.swagger()`: OpenAPI 3.1 out of the very schemas that validate. Before any route. */
export async function addOpenApi(app: HttpApp, version: string): Promise<void> {
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
      return { schema: { ...schema, security: open ? [] : [{ launchToken: [] }] }, url };
    },
    transformObject: (document) => withoutUnusedSchemas(jsonSchemaTransformObject(document)),
  });
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
