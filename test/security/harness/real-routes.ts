import type { Postern } from '../../end-to-end/harness/start-postern.ts';

/** One route as the sidecar itself documents it. */
export interface RealRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parameters filled in with a name that is nobody's. */
  readonly path: string;
  /** As documented: `/query/{id}/events`. */
  readonly pattern: string;
  /** True where no bearer is needed. */
  readonly open: boolean;
  readonly operation: Operation;
}

/** As much of an OpenAPI operation as is read here. */
export interface Operation {
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

/** A JSON Schema, looked at by those who know which words they read. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Every route of `/openapi.json`, as it is served, with the schemas it refers to. */
export async function realRoutes(postern: Pick<Postern, 'ready' | 'token'>): Promise<{
  readonly routes: readonly RealRoute[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}> {
  const answer = await fetch(`${postern.ready.url}/openapi.json`, {
    headers: { authorization: `Bearer ${postern.token}` },
  });
  const document = (await answer.json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
  };
  const routes = Object.entries(document.paths).flatMap(([pattern, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): RealRoute => ({
        method: methodOf(method),
        path: pattern.replaceAll(/\{\w+\}/g, 'nobody'),
        pattern,
        open: operation.security?.length === 0,
        operation,
      }),
    ),
  );
  return { routes, schemas: document.components.schemas };
}

/** @throws Error for a method that no test here knows */
function methodOf(name: string): RealRoute['method'] {
  const method = name.toUpperCase();
  if (method === 'GET' || method === 'POST' || method === 'DELETE') return method;
  throw new Error(`no test knows the method ${method}`);
}

/** Whether its body is JSON, as every POST's is but that of a file. */
export function takesJson({ operation }: RealRoute): boolean {
  return Object.keys(operation.requestBody?.content ?? {}).every((type) => type === 'application/json');
}
