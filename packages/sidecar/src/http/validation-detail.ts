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
 * @param declaredNames every field name that any schema of the API declares
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
      return `must be ${String(params['expected'])}`;
    case 'invalid_value':
      return `must be one of ${JSON.stringify(params['values'])}`;
    case 'too_big':
      return `must be at most ${String(params['maximum'])} in size`;
    case 'too_small':
      return `must be at least ${String(params['minimum'])} in size`;
    case 'unrecognized_keys':
      return 'has a key that is not known here';
    default:
      return 'has the wrong form';
  }
}

/** Every property name in a JSON document that holds JSON Schemas, parameters' names included. */
export function declaredNamesIn(document: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof document !== 'object' || document === null) return found;
  for (const [key, value] of Object.entries(document)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) found.add(name);
    if (key === 'name' && typeof value === 'string') found.add(value);
    declaredNamesIn(value, found);
  }
  return found;
}
