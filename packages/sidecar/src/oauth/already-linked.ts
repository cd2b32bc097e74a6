import { InvalidRequestError } from '../errors/index.ts';

/** Source: docs/anthropic-oauth.md, "What the approval page can answer". */
export const alreadyLinkedWord = 'user_profile_already_linked';

/** One organization has one profile per app, and the other way round: which of the two is taken, the description's beginning says. */
export function alreadyLinked(description: string | null): InvalidRequestError {
  const organization = description?.startsWith('This organization already has an active connection') === true;
  return new InvalidRequestError(
    'already_linked',
    organization
      ? 'That organization is linked already, by another profile. Nothing was linked.'
      : 'The organization or the profile is linked already. Nothing was linked.',
  );
}
