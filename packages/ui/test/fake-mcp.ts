import type { McpSignInStarted } from '@postern/contract';
import { type FakeFacts, inSeconds } from './fake-facts.ts';

/** Begins a sign-in at one of the user's MCP servers, which then waits for the browser. */
export function beginServerSignIn(facts: FakeFacts, name: string): McpSignInStarted {
  const items = facts.mcpServers.items.map((server) =>
    server.name === name ? { ...server, signIn: 'waiting' as const, offersSignIn: true } : server,
  );
  facts.mcpServers = { ...facts.mcpServers, items };
  const authorizationUrl = `https://login.example.com/authorize?client_id=postern&resource=${name}`;
  return { authorizationUrl, expiresAt: inSeconds(600) };
}
