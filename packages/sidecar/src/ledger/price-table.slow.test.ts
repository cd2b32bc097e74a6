import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { expect, it, onTestFinished } from 'vitest';
import { usdOf } from './nano-dollars.ts';
import { type BilledUsage, nothingBilled, priceOfCall } from './price-call.ts';
import { pricedModels } from './price-table.ts';

interface Priced {
  readonly model: string;
  readonly used: BilledUsage;
}

const plain: BilledUsage = {
  ...nothingBilled,
  inputTokens: 1001,
  outputTokens: 203,
  cacheReadTokens: 10_007,
  cacheWriteTokens: 2003,
  cacheWrite1hTokens: 1501,
  webSearches: 3,
};
/** Names of models that the program does not ask for any more; their prices are in its catalog all the same. */
const retired = new Set(['claude-opus-4-0', 'claude-opus-4-1']);

const calls: readonly Priced[] = [
  ...pricedModels.map((model) => ({ model, used: plain })),
  ...pricedModels.map((model) => ({ model, used: { ...plain, cacheReadTokens: 150_000 } })),
  ...pricedModels.map((model) => ({ model, used: { ...plain, isUsOnly: true } })),
  ...['claude-opus-4-7', 'claude-opus-4-8', 'claude-opus-5', 'claude-opus-5-5', 'claude-fable-5-2'].map(
    (model) => ({ model, used: { ...plain, isFast: true } }),
  ),
];

it('has the program’s own price for every model that the program prices, of every kind of token', async () => {
  let current = calls[0];
  let asked = '';
  const compared = new Set<string>();
  const url = await standIn((model, isStreamed, response) => {
    // The program asks a newer model where one is retired.
    if (isStreamed) asked = model;
    answer(response, model, isStreamed && current !== undefined ? current.used : nothingBilled, isStreamed);
  });
  const home = mkdtempSync(join(tmpdir(), 'postern-prices-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

  const turns = Promise.withResolvers<void>();
  let next = Promise.withResolvers<void>();
  async function* prompts(): AsyncGenerator<SDKUserMessage> {
    for (const call of calls) {
      current = call;
      if (call !== calls[0]) await session.setModel(call.model);
      next = Promise.withResolvers<void>();
      yield {
        type: 'user',
        message: { role: 'user', content: 'Hello' },
        parent_tool_use_id: null,
        session_id: '',
      };
      await next.promise;
    }
    turns.resolve();
  }
  const session = query({
    prompt: prompts(),
    options: {
      model: calls[0]?.model ?? '',
      cwd: home,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        CLAUDE_CONFIG_DIR: home,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_AUTH_TOKEN: 'none',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '0',
      },
    },
  });

  const differences: string[] = [];
  let totalUsd = 0;
  for await (const message of session) {
    if (message.type !== 'result' || current === undefined) continue;
    const theirs = message.total_cost_usd - totalUsd;
    totalUsd = message.total_cost_usd;
    const { nano, unknownModel } = priceOfCall(current.used, asked, null);
    compared.add(asked);
    expect(unknownModel).toBeNull();
    if (Math.abs(theirs - usdOf(nano)) > 1e-8)
      differences.push(`${JSON.stringify(current)}: the program says ${theirs}, we say ${usdOf(nano)}`);
    next.resolve();
  }
  await turns.promise;
  expect(differences).toEqual([]);
  expect([...compared].sort()).toEqual(pricedModels.filter((model) => !retired.has(model)).sort());
});

function standIn(
  respond: (model: string, isStreamed: boolean, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => void serve(request, response));
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { model?: string; stream?: boolean };
    respond(body.model ?? '', body.stream === true, response);
  };
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { promise, resolve } = Promise.withResolvers<string>();
  server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return promise;
}

function answer(response: ServerResponse, model: string, used: BilledUsage, isStreamed: boolean): void {
  const usage = {
    input_tokens: used.inputTokens,
    output_tokens: used.outputTokens,
    cache_read_input_tokens: used.cacheReadTokens,
    cache_creation_input_tokens: used.cacheWriteTokens,
    cache_creation: {
      ephemeral_1h_input_tokens: used.cacheWrite1hTokens,
      ephemeral_5m_input_tokens: used.cacheWriteTokens - used.cacheWrite1hTokens,
    },
    server_tool_use: { web_search_requests: used.webSearches },
    ...(used.isFast ? { speed: 'fast' } : {}),
    ...(used.isUsOnly ? { inference_geo: 'us' } : {}),
  };
  const message = { id: `m${Math.random()}`, type: 'message', role: 'assistant', model, content: [], usage };
  if (!isStreamed) {
    // The program tries a model before it takes it.
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ ...message, content: [{ type: 'text', text: 'Hello.' }], stop_reason: 'end_turn' }),
    );
    return;
  }
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
}
