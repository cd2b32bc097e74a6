const defaultPageSize = 50;

/** The page that a query string asks for; 50 items where it says nothing. */
export function pageOf(query: {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}): {
  readonly limit: number;
  readonly before: string | null;
} {
  return { limit: query.limit ?? defaultPageSize, before: query.before ?? null };
}
