import { randomBytes } from 'node:crypto';
import type { AnswerBlock, ModelAnswer } from '../model/answer.ts';
import { inputTokens, outputTokens } from '../model/count-tokens.ts';
import type { MessageRequest } from '../model/message-request.ts';

/** Usage as every message carries it. Nothing is cached here. */
export interface MessageUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
  readonly service_tier: 'standard';
}

/** A whole message. Source: platform.claude.com/docs/en/api/messages. */
export interface Message {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly AnswerBlock[];
  readonly stop_reason: ModelAnswer['stopReason'] | null;
  readonly stop_sequence: string | null;
  readonly usage: MessageUsage;
}

/** The message that carries an answer. */
export function messageOf(request: MessageRequest, answer: ModelAnswer): Message {
  return {
    id: `msg_${randomBytes(12).toString('hex')}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: answer.blocks,
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence,
    usage: {
      input_tokens: inputTokens(request),
      output_tokens: outputTokens(answer.blocks),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      service_tier: 'standard',
    },
  };
}
