import { z } from 'zod';

/** A page of a list, newest first. `next` goes back in as `before`; null at the end. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** One page as a type. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Query string of every list. */
export const pageRequestSchema = z.strictObject({
  before: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
