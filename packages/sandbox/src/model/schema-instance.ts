type Schema = Readonly<Record<string, unknown>>;

const deepest = 12;

/** A small value that fits a JSON schema; strings say `text` where the schema leaves them free. Source: json-schema.org 2020-12. */
export function schemaInstance(schema: unknown, text: string): unknown {
  return instance(isSchema(schema) ? schema : {}, isSchema(schema) ? schema : {}, text, 0);
}

function instance(schema: Schema, root: Schema, text: string, depth: number): unknown {
  if (depth > deepest) return null;
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const alternative =
    firstSchema(schema['anyOf']) ?? firstSchema(schema['oneOf']) ?? firstSchema(schema['allOf']);
  if (alternative !== null) return instance(alternative, root, text, depth + 1);
  const referred = referredSchema(schema['$ref'], root);
  if (referred !== null) return instance(referred, root, text, depth + 1);
  switch (typeOf(schema)) {
    case 'object':
      return objectInstance(schema, root, text, depth);
    case 'array': {
      const items = isSchema(schema['items']) ? schema['items'] : {};
      const count = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1;
      return Array.from({ length: count }, () => instance(items, root, text, depth + 1));
    }
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return fitted(text, schema);
  }
}

function objectInstance(schema: Schema, root: Schema, text: string, depth: number): Record<string, unknown> {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      instance(isSchema(property) ? property : {}, root, text, depth + 1),
    ]),
  );
}

function typeOf(schema: Schema): string {
  const { type } = schema as { readonly type?: unknown };
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String(type.find((each) => each !== 'null') ?? 'null');
  return isSchema(schema['properties']) ? 'object' : 'string';
}

function fitted(text: string, { minLength, maxLength }: Schema): string {
  const shortened = typeof maxLength === 'number' ? text.slice(0, maxLength) : text;
  return typeof minLength === 'number' ? shortened.padEnd(minLength, '.') : shortened;
}

function firstSchema(list: unknown): Schema | null {
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return isSchema(first) ? first : null;
}

function referredSchema(reference: unknown, root: Schema): Schema | null {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return null;
  let found: unknown = root;
  for (const part of reference.slice(2).split('/')) found = isSchema(found) ? found[part] : undefined;
  return isSchema(found) ? found : null;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
