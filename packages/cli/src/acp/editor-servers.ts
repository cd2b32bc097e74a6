import type { McpServer } from '@agentclientprotocol/sdk';
import type { EditorServers } from '@postern/contract';

/** An editor’s MCP servers as a query takes them, each under a name that its tools can carry. Pure. Source: ACP v1, `McpServer`. */
export function editorServers(servers: readonly McpServer[]): EditorServers {
  const named: EditorServers = {};
  for (const server of servers) {
    const name = freeName(server.name, named);
    if (!('type' in server))
      named[name] = { command: server.command, args: server.args, env: valuesOf(server.env) };
    else if (server.type === 'http' || server.type === 'sse')
      named[name] = { type: server.type, url: server.url, headers: valuesOf(server.headers) };
  }
  return named;
}

function freeName(given: string, taken: EditorServers): string {
  const base =
    given
      .replace(/[^A-Za-z0-9-]+/g, '_')
      .replace(/_{2,}/g, '_')
      .slice(0, 60)
      .replace(/^[_-]+|_+$/g, '') || 'server';
  for (let number = 2, name = base; ; number += 1) {
    if (!Object.hasOwn(taken, name)) return name;
    name = `${base}-${number}`;
  }
}

function valuesOf(
  values: readonly { readonly name: string; readonly value: string }[],
): Record<string, string> {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}
