import type { ServerSignIns } from '../../../src/mcp/index.ts';

/** No sign-in at any MCP server. */
export const noServerSignIns: Pick<ServerSignIns, 'access' | 'standing' | 'offers'> = {
  offers: () => false,
  access: () => ({ token: () => Promise.resolve(null), noteScopes: () => undefined }),
  standing: () => Promise.resolve({ state: 'signed_out', problem: null }),
};
