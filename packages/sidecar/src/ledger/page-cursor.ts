import { InvalidRequestError } from '../errors/index.ts';

/** Where a page ended: the next one has what is older. */
export interface PagePosition {
  readonly atMs: number;
  readonly id: string;
}

/** A position as opaque text for `next`. */
export function cursorOf({ atMs, id }: PagePosition): string {
  return Buffer.from(`${atMs}:${id}`).toString('base64url');
}

/** The position of a `before`. @throws InvalidRequestError `bad_request` for text that is no cursor of ours */
export function positionOf(cursor: string): PagePosition {
  const match = /^(\d{1,16}):([\w-]{1,80})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new InvalidRequestError('bad_request', '`before` is not a `next` of this list.');
  return { atMs: Number(match[1]), id: match[2] ?? '' };
}
