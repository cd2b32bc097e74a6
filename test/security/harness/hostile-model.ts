import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { messageOf } from '../../../packages/sandbox/src/messages-api/message.ts';
import { eventFrame, messageEvents } from '../../../packages/sandbox/src/messages-api/message-events.ts';
import { readConversation, type ToolCall } from '../../../packages/sandbox/src/model/conversation.ts';
import type { MessageRequest } from '../../../packages/sandbox/src/model/message-request.ts';

/** One call of a tool that the model is going to ask for. */
export interface Attempt {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A Messages API whose model has turned against the person: it asks for one tool after the other, whatever comes back. */
export interface HostileModel {
  readonly url: string;
  /** What it will try in the next query, one answer after the other; those of one list in one answer. */
  attempts: readonly (Attempt | readonly Attempt[])[];
  /** What each attempt of the last query brought it, in their order. */
  loot(): readonly ToolCall[];
  /** What was in the headers of requests, tokens and keys included. */
  readonly credentials: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function startHostileModel(): Promise<HostileModel> {
  let loot: readonly ToolCall[] = [];
  const credentials = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    for (const header of [
      incoming.headers.authorization?.replace(/^bearer /i, ''),
      incoming.headers['x-api-key'],
    ])
      if (typeof header === 'string') credentials.add(header);
    if (incoming.method !== 'POST') {
      outgoing.setHeader('content-type', 'application/json').end('{"data":[],"has_more":false}');
      return;
    }
    const asked = (await json(incoming)) as MessageRequest;
    if (incoming.url?.startsWith('/v1/messages/count_tokens') === true) {
      outgoing.setHeader('content-type', 'application/json').end('{"input_tokens":1000}');
      return;
    }
    const calls =
      asked.tools?.some(({ name }) => name === 'Bash') === true ? readConversation(asked).calls : null;
    if (calls !== null) loot = calls;
    const next = calls === null ? [] : attemptsAfter(model.attempts, calls.length);
    const message = messageOf(
      asked,
      next.length === 0
        ? { blocks: [{ type: 'text', text: 'Done.' }], stopReason: 'end_turn', stopSequence: null }
        : {
            blocks: next.map(({ tool, input }, at) => ({
              type: 'tool_use',
              id: `toolu_${(calls?.length ?? 0) + at}_${Date.now()}`,
              name: tool,
              input,
            })),
            stopReason: 'tool_use',
            stopSequence: null,
          },
    );
    if (asked.stream !== true) {
      outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(message));
      return;
    }
    outgoing.setHeader('content-type', 'text/event-stream');
    for (const event of messageEvents(message)) outgoing.write(eventFrame(event));
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const model: HostileModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attempts: [],
    loot: () => loot,
    credentials,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return model;
}

/** What comes in the answer after so many calls. */
function attemptsAfter(attempts: HostileModel['attempts'], calls: number): readonly Attempt[] {
  let before = 0;
  for (const each of attempts) {
    const together = isAttempt(each) ? [each] : each;
    if (before === calls) return together;
    before += together.length;
  }
  return [];
}

function isAttempt(each: Attempt | readonly Attempt[]): each is Attempt {
  return 'tool' in each;
}
