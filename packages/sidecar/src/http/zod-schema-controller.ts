/**
 * For `schemaController`: Fastify loads compilers of its own, 500 kB of code, wherever none are given; zod's are set after it, before
 * any route.
 */
export const zodSchemaController = {
  compilersFactory: { buildValidator: notOurs, buildSerializer: notOurs },
};

function notOurs(): never {
  throw new Error('a route was added before the compilers were set');
}
