import { type BearerChallenge, readChallenge } from '../mcp/index.ts';
import { type Fetch, sendOnce } from '../oauth/index.ts';

const answerWithinMs = 10_000;

/** A first message, so that a server that reads it before it looks for a token finds it good. */
const message = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'postern', version: '1' },
  },
});

/**
 * Asks a server what it wants, once, without a token and following no redirect. One that does not say, or is not there, wants nothing.
 * Source: MCP 2025-11-25, Authorization, "Protected Resource Metadata Discovery Requirements".
 */
export async function challengeOf(
  { kind, url }: { readonly kind: 'http' | 'sse'; readonly url: string },
  fetch: Fetch,
  userAgent: string,
): Promise<BearerChallenge> {
  const isPost = kind === 'http';
  const outcome = await sendOnce(fetch, {
    url,
    body: isPost ? message : null,
    headers: {
      accept: isPost ? 'application/json, text/event-stream' : 'text/event-stream',
      'user-agent': userAgent,
      ...(isPost && { 'content-type': 'application/json' }),
    },
    timeoutMs: answerWithinMs,
  });
  return readChallenge(
    outcome.answered && outcome.status === 401 ? outcome.header('www-authenticate') : null,
  );
}
