/**
 * True where the outermost object of a JSON text names a member twice: `JSON.parse` keeps the last, other readers the first,
 * and two readers must not see two tokens. The text must be valid JSON.
 * Source: RFC 8259, section 4.
 */
export function hasDuplicateKeys(json: string): boolean {
  const names = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const end = closingQuote(json, at);
      if (depth === 1 && isFollowedByColon(json, end)) {
        // Parsed, so that an escaped spelling is the same name.
        const name = String(JSON.parse(json.slice(at, end + 1)));
        if (names.has(name)) return true;
        names.add(name);
      }
      at = end;
    }
  }
  return false;
}

function closingQuote(json: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

function isFollowedByColon(json: string, closing: number): boolean {
  let at = closing + 1;
  while (at < json.length && /\s/.test(json.charAt(at))) at++;
  return json[at] === ':';
}
