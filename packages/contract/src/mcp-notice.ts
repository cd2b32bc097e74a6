import type { McpServerState } from './mcp-server.ts';

const froms = {
  folder: 'of this folder',
  own: 'of your own',
  editor: 'from your editor',
} as const satisfies Record<McpServerState['origin'], string>;

/** That an MCP server does not work, in words: what, why, and what to do; null where it works. */
export function mcpServerNotice({
  name,
  origin,
  status,
  reason,
  nextStep,
}: McpServerState): { readonly title: string; readonly detail: string } | null {
  if (status === 'connected') return null;
  const detail = [reason, nextStep].filter((each) => each !== null && each !== '').join(' ');
  return { title: `The MCP server ${name} (${froms[origin]}) does not work`, detail };
}
