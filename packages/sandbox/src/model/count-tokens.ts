import type { AnswerBlock } from './answer.ts';
import type { CountRequest } from './message-request.ts';

const charactersPerToken = 4;

/** Tokens of a text, estimated from its length; always the same for the same text. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Input tokens of a request. */
export function inputTokens({ messages, system, tools }: CountRequest): number {
  return Math.max(1, estimateTokens(JSON.stringify({ messages, system, tools })));
}

/** Output tokens of an answer: at least one, as the API never bills none. */
export function outputTokens(blocks: readonly AnswerBlock[]): number {
  const sum = blocks.reduce((total, block) => total + estimateTokens(visible(block)), 0);
  return Math.max(1, sum);
}

function visible(block: AnswerBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'thinking':
      return block.thinking;
    case 'tool_use':
      return JSON.stringify(block.input);
  }
}
