import { visibleText } from '@postern/contract';
import { redactText } from './redact-text.ts';
import { Secret } from './secret.ts';

/** Longest reason of the service that is shown, in characters. */
const longest = 500;

/**
 * What the service said, fit to be shown to the user: one line, no secret, no control characters, of bounded length. Null where it said nothing.
 */
export function wordsOfService(text: string | null): string | null {
  if (text === null) return null;
  const line = visibleText(redactText(Secret.hideAllIn(text.slice(0, 4 * longest))))
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (line === '') return null;
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
