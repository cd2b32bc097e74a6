/** One route as the door knows it. */
export interface DoorRoute {
  readonly method: string;
  /** As routers write it: `/query/:id/events`, `/assets/*`. */
  readonly path: string;
  /** True where no bearer is needed (docs/spec/contract.md#who-may-call). */
  readonly open: boolean;
  /** Of a POST that takes raw bytes: their content types, `text/*` for any text. Absent: it takes JSON. */
  readonly rawTypes?: readonly string[];
}

/** The routes at a path of a request, whatever their method. */
export type RoutesAt = (path: string) => readonly DoorRoute[];

// Nothing encoded, no dot segment: an alias of a path is not that path, and nothing has to be decoded before deciding.
const segment = String.raw`(?!\.{1,2}(?:/|$))[A-Za-z0-9._~:@-]+`;

/** Looks up routes by path. Plain paths by name, those with `:parameter` or a final `*` by pattern; nothing is decoded. */
export function createRouteLookup(routes: readonly DoorRoute[]): RoutesAt {
  const plain = Map.groupBy(
    routes.filter((route) => !/[:*]/.test(route.path)),
    (route) => route.path,
  );
  const patterns = routes
    .filter((route) => /[:*]/.test(route.path))
    .map((route) => ({ route, pattern: patternOf(route.path) }));
  return (path) =>
    plain.get(path) ?? patterns.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route);
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map((part) => {
      if (part === '*') return `${segment}(?:/${segment})*`;
      return part.startsWith(':') ? segment : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
