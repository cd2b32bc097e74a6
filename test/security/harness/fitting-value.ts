import fc, { type Arbitrary } from 'fast-check';
import type { JsonSchema } from './real-routes.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Values that a JSON Schema may accept: its shape and its words, with no promise about patterns. */
export function fittingValue(schema: JsonSchema, schemas: Schemas): Arbitrary<unknown> {
  const inner = (part: unknown): Arbitrary<unknown> => fittingValue(part as JsonSchema, schemas);
  const { $ref, const: only, enum: words, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === 'string') return inner(schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  if ('const' in schema) return fc.constant(only);
  if (Array.isArray(words)) return fc.constantFrom(...words);
  const choices = [anyOf, oneOf].find(Array.isArray);
  if (choices !== undefined) return fc.oneof(...choices.map(inner));
  if (Array.isArray(allOf))
    return fc.tuple(...allOf.map(inner)).map((parts) => Object.assign({}, ...(parts as object[])));
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return objectOf(schema, inner);
    case 'array':
      return fc.array(inner(schema['items'] ?? {}), { maxLength: 4 });
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double(), fc.maxSafeInteger());
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(schema: JsonSchema, inner: (part: unknown) => Arbitrary<unknown>): Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Schemas;
  const required = (schema['required'] ?? []) as readonly string[];
  const values = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)]));
  return fc.record(values, { requiredKeys: required.filter((name) => name in values) });
}

function textOf(schema: JsonSchema): Arbitrary<string> {
  const maxLength = Math.min(Number(schema['maxLength'] ?? 40), 40);
  const minLength = Math.min(Number(schema['minLength'] ?? 0), maxLength);
  return fc.oneof(
    fc.string({ minLength, maxLength }),
    fc.string({ unit: 'binary', minLength, maxLength }),
    fc.constantFrom(
      'oauth',
      'api_key',
      '/tmp',
      '../..',
      'sk-ant-api03-0123456789abcdefghij',
      '0',
      "' OR 1=1 --",
    ),
  );
}
