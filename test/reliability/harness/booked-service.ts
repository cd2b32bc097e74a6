import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Prices of the service's own book, US dollars for a million tokens: apart from Postern's table, so that a mistake in it shows. */
export const ownPrices: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'claude-sonnet-5-5': [2, 10],
  'claude-opus-5-5': [4, 20],
  'claude-opus-4-1': [15, 75],
};

/** One of perhaps two of a call: the gateway sends a call again that broke off before it said anything. */
export interface ServedCall {
  readonly id: string;
  readonly queryId: string;
  /** Billionths of a dollar. */
  nano: number;
  /** Whether all that it cost was told. */
  isTold: boolean;
}

/** Fewer than a quarter of the bytes that have been sent by then. */
const fewTokens = 20;

/** A service that keeps its own book. */
export interface BookedService extends AsyncDisposable {
  readonly url: string;
}

/** Serves calls as it likes, and writes each into its book in the moment in which it says what was used. */
export async function startBookedService(random: () => number, served: ServedCall[]): Promise<BookedService> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { model, max_tokens, metadata } = JSON.parse(body.toString()) as {
      readonly model: string;
      readonly max_tokens: number;
      readonly metadata: { readonly user_id: string };
    };
    const [queryId = '', id = '', mayHangUp] = metadata.user_id.split(' ');
    const call: ServedCall = { id, queryId, nano: 0, isTold: true };
    served.push(call);
    await sleep(random() * 40);
    const [inputPrice, outputPrice] = ownPrices[model] ?? [0, 0];
    const input = Math.floor(random() * body.length);
    // A service makes tokens as it sends them: whoever hangs up was told of all but a few.
    const most = mayHangUp === undefined ? max_tokens : Math.min(max_tokens, fewTokens);
    const output = 1 + Math.floor(random() * most);
    const priced = (outputTokens: number): number =>
      input * inputPrice * 1000 + outputTokens * outputPrice * 1000;
    const kind = random();
    if (kind < 0.1) return refuse(response, 400);
    if (kind < 0.15) return refuse(response, 529);
    // Gone at once, as an idle connection that was closed: on a connection that had served before, the call is sent again.
    if (kind < 0.175) return void response.destroy();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // It was worked on, and nobody is told.
    call.nano = priced(output);
    call.isTold = false;
    if (kind < 0.2) {
      response.flushHeaders();
      return void setTimeout(() => response.destroy(), 5);
    }
    const usage = { input_tokens: input, output_tokens: 1 };
    const message = { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage };
    response.write(event({ type: 'message_start', message }));
    if (kind < 0.3) {
      call.nano = priced(Math.min(output, fewTokens));
      return void setTimeout(() => response.destroy(), 5);
    }
    await sleep(random() * 30);
    // Whoever hangs up is not told what was made until then, and pays it.
    if (response.destroyed) {
      call.nano = priced(Math.min(output, fewTokens));
      return;
    }
    call.isTold = true;
    response.end(
      event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: output } }) +
        event({ type: 'message_stop' }),
    );
  });
  // A machine that is busy takes longer to answer than a server keeps idle connections: then a call is lost that no one served.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end('{"type":"error","error":{"type":"invalid_request_error","message":"no"}}');
}

function event(data: { readonly type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
