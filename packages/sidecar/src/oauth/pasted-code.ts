import { InvalidRequestError } from '../errors/index.ts';

/** What the user pasted, taken apart. `iss` is null in the `code#state` form, which has no room for it. */
export interface PastedCode {
  readonly code: string;
  readonly state: string;
  readonly iss: string | null;
}

const longestPaste = 8192;

/**
 * Reads what the user pasted: `code#state` as the server's page shows it, or the whole address the browser was sent to.
 * @throws InvalidRequestError `callback_invalid`
 */
export function parsePastedCode(pasted: string): PastedCode {
  const text = pasted.trim();
  if (text.length > longestPaste) throw unreadable();
  const query = queryOf(text);
  if (query !== null) {
    const [code, state] = [only(query, 'code'), only(query, 'state')];
    if (code === null || state === null) throw unreadable();
    return { code, state, iss: only(query, 'iss') };
  }
  const [, code, state] = /^([!"$-~]+)#([!"$-~]+)$/.exec(text) ?? [];
  if (code === undefined || state === undefined) throw unreadable();
  return { code, state, iss: null };
}

/** The query of an address, or of the piece of one; null where the text is neither. */
function queryOf(text: string): URLSearchParams | null {
  if (/^[a-z][a-z\d+.-]*:/i.test(text) && URL.canParse(text) && text.includes('?'))
    return new URL(text).searchParams;
  return /^\??(code|state|iss)=/.test(text) ? new URLSearchParams(text.split('#', 1)[0]) : null;
}

function only(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name);
  if (values.length > 1) throw unreadable();
  return values[0] || null;
}

function unreadable(): InvalidRequestError {
  return new InvalidRequestError(
    'callback_invalid',
    'Paste the whole code as it is shown, or the whole address.',
  );
}
