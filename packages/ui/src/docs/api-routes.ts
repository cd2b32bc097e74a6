/** One route as the page lists it. */
export interface ApiRoute {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  /** The request body's schema as text, or null. */
  readonly body: string | null;
  /** Status and what it means. */
  readonly answers: readonly { readonly status: string; readonly description: string }[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The routes of an OpenAPI document, in its order. What is not as expected is left out, not guessed. Source: OpenAPI 3.1, section 4.8. */
export function apiRoutes(document: unknown): readonly ApiRoute[] {
  return entries(member(document, 'paths')).flatMap(([path, item]) =>
    entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        summary: text(member(operation, 'summary')),
        description: text(member(operation, 'description')),
        parameters: list(member(operation, 'parameters')).map((each) => ({
          name: text(member(each, 'name')),
          in: text(member(each, 'in')),
          required: member(each, 'required') === true,
        })),
        body: bodyText(member(operation, 'requestBody')),
        answers: entries(member(operation, 'responses')).map(([status, answer]) => ({
          status,
          description: text(member(answer, 'description')),
        })),
      })),
  );
}

function bodyText(body: unknown): string | null {
  const schema = member(member(member(body, 'content'), 'application/json'), 'schema');
  return schema === undefined ? null : JSON.stringify(schema, null, 2);
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function entries(value: unknown): readonly [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
