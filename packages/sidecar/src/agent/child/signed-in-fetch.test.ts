import { expect, it, onTestFinished } from 'vitest';
import { startOAuthMcpServer, tokenCanary } from '../../../test/support/mcp/oauth-mcp-server.ts';
import type { ServerAccess } from '../../mcp/index.ts';
import { Secret } from '../../secret/index.ts';
import { serverFetch } from './server-fetch.ts';
import { signedInFetch } from './signed-in-fetch.ts';

it('sends the token to no other origin, where the server redirects there neither', async () => {
  const far = await startOAuthMcpServer();
  onTestFinished(() => far[Symbol.asyncDispose]());
  const access: ServerAccess = {
    token: async (refused) => ({ token: new Secret(tokenCanary), version: (refused?.version ?? 0) + 1 }),
    noteScopes: () => undefined,
  };
  const way = serverFetch({});
  const send = signedInFetch(way.fetch, new URL(far.movedUrl), access);
  const answer = await send(far.movedUrl, { method: 'POST', body: '{}' });
  await way.close();
  // Once more with a newer token, which does not go there either.
  expect([answer.status, far.elsewhere]).toEqual([401, [undefined, undefined]]);
  const sent: boolean[] = [];
  const observed = signedInFetch(
    async (_url, init) => {
      sent.push(new Headers(init?.headers).has('authorization'));
      return new Response();
    },
    new URL(far.url),
    access,
  );
  for (const url of [far.url, 'https://mcp.example.com/mcp', far.url.replace('http:', 'https:')])
    await observed(url);
  expect(sent).toEqual([true, false, false]);
});
