/** The Agent SDK as it comes, which says no to every tool, in a server that answers `/health`: what the sidecar cannot be quicker than. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBareSdk } from '../harness/bare-query.ts';
import { orderOf, serveQuestions } from './serve-questions.ts';

/** The service it asks. */
export interface BareAgentOrder {
  readonly apiBaseUrl: string;
  readonly apiKey: string;
}

/** Where it answers. Each question is answered with an empty object when its query is over. */
export interface BareAgentReady {
  readonly url: string;
}

const sdk = createBareSdk(orderOf<BareAgentOrder>());
const server = createServer((_request, response) => void response.end('{"status":"ok"}'));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
await serveQuestions(
  { url: `http://127.0.0.1:${port}` } satisfies BareAgentReady,
  async () => {
    await sdk.ask({ canUseTool: async () => ({ behavior: 'deny', message: 'No.' }) });
    return {};
  },
  () => sdk[Symbol.dispose](),
);
