import { z } from 'zod';

/** One thing that a schema did not like, as fastify-type-provider-zod hands it over. */
export interface ValidationIssue {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const shownIssues = 5;

/**
 * What is wrong with a request, in words of the schema alone: the names of declared fields and what they take. Values and
 * undeclared names came from outside and are never repeated.
 *
 * @param part `body`, `querystring`, `params` or `headers`
 * @param declaredNames every field name that the route declares
 */
export function validationDetail(
  part: string,
  issues: readonly ValidationIssue[],
  declaredNames: ReadonlySet<string>,
): string {
  return issues
    .slice(0, shownIssues)
    .map((issue) => `${fieldName(part, issue, declaredNames)} ${complaint(issue)}`)
    .join('; ');
}

function fieldName(part: string, issue: ValidationIssue, declaredNames: ReadonlySet<string>): string {
  const names = issue.instancePath
    .split('/')
    .filter((name) => name !== '')
    .map((name) => (declaredNames.has(name) || /^\d{1,3}$/.test(name) ? name : '…'))
    // A name from outside that has slashes in it comes in several pieces.
    .filter((name, at, all) => name !== '…' || all[at - 1] !== '…');
  return [part === 'querystring' ? 'query' : part, ...names].join('.');
}

function complaint({ keyword, params }: ValidationIssue): string {
  switch (keyword) {
    case 'invalid_type':
      // Zod's word for a field that is optional elsewhere and not here.
      if (params['expected'] === 'nonoptional') return 'must be there';
      return `must be ${String(params['expected'])}`;
    case 'invalid_value':
      return `must be one of ${JSON.stringify(params['values'])}`;
    case 'invalid_union':
      // The field that says which of several forms the rest has.
      return Array.isArray(params['options'])
        ? `must be one of ${JSON.stringify(params['options'])}`
        : 'has the wrong form';
    case 'too_big':
      if (params['inclusive'] === false) return `must be below ${String(params['maximum'])}`;
      return `must be at most ${String(params['maximum'])} in size`;
    case 'too_small':
      if (params['inclusive'] === false) return `must be above ${String(params['minimum'])}`;
      return `must be at least ${String(params['minimum'])} in size`;
    case 'unrecognized_keys':
      return 'has a key that is not known here';
    default:
      return 'has the wrong form';
  }
}

/** Every field name that the schemas declare, at any depth. */
export function declaredNamesIn(schemas: readonly unknown[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const schema of schemas)
    if (schema instanceof z.ZodType)
      collectNames(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), names);
  return names;
}

function collectNames(part: unknown, names: Set<string>): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) names.add(name);
    collectNames(value, names);
  }
}
