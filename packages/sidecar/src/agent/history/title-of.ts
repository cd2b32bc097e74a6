const longestTitle = 120;

/** The title that a text makes: its first line, cut to 120 characters; null where there is nothing in it. */
export function titleOf(text: string): string | null {
  const line = text.trim().split('\n')[0]?.trim() ?? '';
  if (line === '') return null;
  return line.length <= longestTitle ? line : `${line.slice(0, longestTitle - 1)}…`;
}
