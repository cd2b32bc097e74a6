import { isErrorCode } from '@postern/contract';
import { hideRanges, type TextRange } from './hide-ranges.ts';
import { Secret } from './secret.ts';

/** What a secret looks like on its own: vendor tokens and Postern's own. No word boundary before: it may stand after `%22`. */
const shapes = /(?:sk-ant-[A-Za-z0-9_-]{6,}|postern(?:_|-doorway-)[A-Za-z0-9_-]{20,})/g;

/** A JWT is dotted and has `eyJ` in it. Begins only at a word start: searching from every letter would take far too long. */
const dotted = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{11,}(?:\.[A-Za-z0-9_-]*){2,}/g;

const scheme = /(bearer|basic)(\s+|%20|\+)[A-Za-z0-9._~+/=%-]{8,}/gi;

/** A name that says that a secret follows; plain, in JSON, in JSON inside JSON, in a query string, percent-encoded. */
const named =
  /(access_token|refresh_token|id_token|code_verifier|code|ticket|api[_-]?key|client_secret|passphrase|password)((?:\\*["']|%22)?\s*(?:[=:]|%3[ad])\s*(?:\\*["']|%22)?)((?:\\[/u]|[^\s"'\\&,;}]){4,})/gi;

/** Names of errors, which are called `code` as well. Source: Node's and SQLite's error codes. */
const errorName =
  /^(?:E[A-Z]{2,14}|(?:ERR|UND_ERR|HPE|SQLITE|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_[A-Z_]{2,50})$/;

/**
 * Free text with every secret replaced: those in use now, by their value, and whatever else looks like one. For logs, error
 * causes and child processes' output. All are looked for in the text as it came: a secret that is also part of a name
 * (`code_verifier`) must not take that name away from the next one.
 */
export function redactText(text: string): string {
  const clean = hideOnce(text);
  // What one pattern hid may have been the beginning of what another looks for.
  return clean === text ? text : hideOnce(clean);
}

function hideOnce(text: string): string {
  return hideRanges(text, [
    ...Secret.rangesIn(text),
    ...Array.from(text.matchAll(shapes), whole),
    ...Array.from(text.matchAll(dotted), whole).filter(([start, end]) =>
      text.slice(start, end).includes('eyJ'),
    ),
    ...Array.from(text.matchAll(scheme), afterGroups),
    ...Array.from(text.matchAll(named))
      .filter(([, name, , value]) => !isNameOfError(name ?? '', value ?? ''))
      .map(afterGroups),
  ]);
}

function whole(match: RegExpExecArray): TextRange {
  return [match.index, match.index + match[0].length];
}

/** What follows the first two groups, a name and what stands between it and its value. */
function afterGroups(match: RegExpExecArray): TextRange {
  const [text, name = '', separator = ''] = match;
  return [match.index + name.length + separator.length, match.index + text.length];
}

function isNameOfError(name: string, value: string): boolean {
  return name.toLowerCase() === 'code' && (isErrorCode(value) || errorName.test(value));
}
