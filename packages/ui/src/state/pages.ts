import type { Page } from '@postern/contract';

interface Named {
  readonly id: string;
}

type Pages<Item> = Pick<Page<Item>, 'items' | 'next'>;

/** What is loaded with the page before which `before` points; as it is where that page was asked for twice, or of another list. */
export function withOlder<Item extends Named>(
  loaded: Pages<Item>,
  page: Pages<Item>,
  before: string,
): Pages<Item> {
  if (before !== loaded.next) return loaded;
  const known = new Set(loaded.items.map(({ id }) => id));
  return { items: [...loaded.items, ...page.items.filter(({ id }) => !known.has(id))], next: page.next };
}

/**
 * What is loaded under the first page as it is now. That page alone where it does not reach what is loaded, or a gap would stay between
 * them. What is loaded and newer than the page's end is gone where the page does not have it.
 */
export function withNewest<Item extends Named>(
  loaded: Pages<Item>,
  page: Pages<Item>,
  atOf: (item: Item) => string,
): Pages<Item> {
  const last = page.items.at(-1);
  if (page.next === null || last === undefined) return page;
  const isNew = new Set(page.items.map(({ id }) => id));
  if (!loaded.items.some(({ id }) => isNew.has(id))) return page;
  const older = loaded.items.filter((item) => !isNew.has(item.id) && atOf(item) <= atOf(last));
  return older.length === 0 ? page : { items: [...page.items, ...older], next: loaded.next };
}
