import { InvalidRequestError } from '../../errors/index.ts';

/** Where a page of the list ended: the next one has what was used before. */
export interface ListPlace {
  readonly updatedAtMs: number;
  readonly id: string;
}

/** The `next` of a page of the list that ends with this conversation. */
export function nextInList({ updatedAtMs, id }: ListPlace): string {
  return `${updatedAtMs}.${id}`;
}

/** The place that a `before` of the list names. It need not be there any longer. @throws InvalidRequestError `bad_request` */
export function placeInList(before: string): ListPlace {
  const [, ms, id] = /^(\d{1,15})\.(.+)$/.exec(before) ?? [];
  if (ms === undefined || id === undefined) throw noNext();
  return { updatedAtMs: Number(ms), id };
}

/** How many items of a conversation stand above the page that a `before` names. @throws InvalidRequestError `bad_request` */
export function itemsAbove(before: string): number {
  if (!/^\d{1,12}$/.test(before)) throw noNext();
  return Number(before);
}

/** What a `before` that no answer of the same list had as its `next` is refused with. */
export function noNext(): InvalidRequestError {
  return new InvalidRequestError('bad_request', '`before` is not a `next` of this list.');
}
