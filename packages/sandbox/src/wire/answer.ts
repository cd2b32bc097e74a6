import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A whole HTTP answer as data. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request is met with: an answer, one whose connection breaks half-way, a reset, or silence. */
export type Outcome =
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'cut_off'; readonly answer: Answer }
  | { readonly type: 'reset' }
  | { readonly type: 'silence' };

/** An answer with a JSON body. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** Sends an outcome; the log's word for it is what comes back. */
export function send(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply {
  switch (outcome.type) {
    case 'answer':
      return reply
        .code(outcome.answer.status)
        .headers(outcome.answer.headers)
        .send(Buffer.from(outcome.answer.body));
    case 'cut_off':
      reply.hijack();
      cutOff(reply, outcome.answer);
      return reply;
    case 'reset':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return reply;
    case 'silence':
      return reply.hijack();
  }
}

/** Waits without keeping the process alive. */
export async function pause(ms: number): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { ref: false });
}

function cutOff(reply: FastifyReply, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  reply.raw.writeHead(status, { ...headers, 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.socket?.destroy());
}
