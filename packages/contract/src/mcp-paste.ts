import { holdSecret, holdsPassword, isMcpServerName, takeSecretsOut } from './mcp-names.ts';

/** What was typed or pasted to add servers: each with its secrets taken out, or what is wrong with it. */
export type PastedServers =
  | {
      readonly servers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      /** To be kept encrypted before the servers are saved, by name. */
      readonly secrets: Readonly<Record<string, string>>;
    }
  | { readonly problem: string };

/**
 * Reads a command line, an address, or JSON as a server’s page gives it (`{"mcpServers": {...}}`, its inside, or one server). Pure.
 * @param name for one server that brings none; may be empty where the text brings names
 */
export function readPastedServers(name: string, text: string): PastedServers {
  const found = serversIn(name, text.trim());
  if (typeof found === 'string') return { problem: found };
  const servers: Record<string, Readonly<Record<string, unknown>>> = {};
  const secrets: Record<string, string> = {};
  for (const [each, server] of Object.entries(found)) {
    const problem = problemOf(each, server);
    if (problem !== null) return { problem };
    const taken = takeSecretsOut(each, server as Record<string, unknown>);
    servers[each] = taken.server;
    Object.assign(secrets, taken.secrets);
  }
  return Object.keys(servers).length === 0 ? { problem: 'There is no server in it.' } : { servers, secrets };
}

function serversIn(name: string, text: string): Record<string, unknown> | string {
  if (text === '') return 'Give a command, an address, or JSON.';
  if (text.startsWith('{')) {
    const value = jsonIn(text);
    if (!isRecord(value)) return 'This is not complete JSON: check its braces, quotes and commas.';
    if (isRecord(value['mcpServers'])) return value['mcpServers'];
    return 'command' in value || 'url' in value ? { [name]: value } : value;
  }
  if (/^https?:\/\//i.test(text)) return { [name]: { type: 'http', url: text } };
  const words = wordsOf(text);
  if (words === null) return 'A quote in the command does not end.';
  const [command = '', ...args] = words;
  return { [name]: { command, args } };
}

function problemOf(name: string, server: unknown): string | null {
  if (name === '') return 'Give the server a name.';
  if (!isMcpServerName(name))
    return `“${name}” cannot be a name: use up to 64 letters, digits, - and single _.`;
  if (!isRecord(server)) return `${name} is not a JSON object.`;
  const { command, url } = server;
  if (typeof command !== 'string' && typeof url !== 'string')
    return `${name} has neither a "command" nor a "url".`;
  const { args } = server;
  if (Array.isArray(args) && holdSecret(args.filter((each) => typeof each === 'string')))
    return `The arguments of ${name} hold a secret, which other users of this computer could read. Put it into "env", in JSON, under a name like API_TOKEN.`;
  if (typeof url === 'string' && !/^https?:\/\/[^\s/]/i.test(url))
    return `The address of ${name} is not an http or https URL.`;
  if (typeof url === 'string' && holdsPassword(url))
    return `The address of ${name} holds a password. Give it as a header, in JSON.`;
  return null;
}

/** A command line in words; quotes keep words together, a backslash stands for itself. Null: a quote does not end. */
function wordsOf(line: string): string[] | null {
  if (/["']/.test(line.replace(/"[^"]*"|'[^']*'/g, ''))) return null;
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, one?: string, other?: string) => one ?? other ?? ''),
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
