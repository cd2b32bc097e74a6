import { parse } from 'yaml';

/** A Markdown file in two parts. */
export interface Headed {
  /** What stands between the two `---` at the top; empty where there is nothing. */
  readonly fields: ReadonlyMap<string, unknown>;
  readonly body: string;
}

const header = /^---[^\S\n]*\r?\n([\s\S]*?)(?:^---[^\S\n]*(?:\r?\n|$))/m;

/** The fields at the top of a file and the text below them; null: there are some that cannot be read. Pure. */
export function headed(text: string): Headed | null {
  const source = text.replace(/^\uFEFF/, '');
  const found = header.exec(source);
  if (found === null || found.index !== 0) return { fields: new Map(), body: source };
  const [whole, inside = ''] = found;
  const fields = yamlFields(withHintAsText(inside)) ?? lineFields(inside);
  return fields === null ? null : { fields, body: source.slice(whole.length) };
}

/**
 * `argument-hint: [name]` is how it is usually written, and means these very characters: YAML makes a list of it, and of `[a] [b]` nothing. A list
 * over several lines stays one.
 */
function withHintAsText(inside: string): string {
  return inside.replace(/^(argument-hint:[^\S\r\n]+)([[{][^\r\n]*)/m, (line, name: string, rest: string) => {
    const hint = rest.replace(/\s+#[^\]}]*$/, '').trim();
    const isWhole = countOf(hint, /[[{]/g) === countOf(hint, /[\]}]/g);
    return isWhole ? `${name}${JSON.stringify(hint)}` : line;
  });
}

function countOf(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

function yamlFields(inside: string): Map<string, unknown> | null {
  try {
    const value: unknown = parse(inside, { maxAliasCount: 0, logLevel: 'error' });
    if (value === null) return new Map();
    return typeof value === 'object' && !Array.isArray(value) ? new Map(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

/** A line each, as they are often written: `description: Use it when: always` is no YAML, and means what it says. */
function lineFields(inside: string): Map<string, unknown> | null {
  const fields = new Map<string, unknown>();
  for (const line of inside.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value = ''] = /^([A-Za-z][\w-]*):(?:\s+(.*))?$/.exec(line) ?? [];
    if (name === undefined) return null;
    fields.set(name, value.trim().replace(/^(["'])(.*)\1$/, '$2'));
  }
  return fields;
}
