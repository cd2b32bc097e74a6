import type { AnswerBlock, ModelAnswer } from './answer.ts';
import { estimateTokens } from './count-tokens.ts';

/** An answer cut at its first stop sequence, and at `maxTokens`; a tool call that does not fit is left out. */
export function limited(
  answer: ModelAnswer,
  maxTokens: number,
  stopSequences: readonly string[],
): ModelAnswer {
  const blocks: AnswerBlock[] = [];
  let left = maxTokens;
  for (const block of answer.blocks) {
    const stopped = block.type === 'text' ? stopAt(block.text, stopSequences) : null;
    const said = stopped === null ? block : { type: 'text' as const, text: stopped.before };
    const cost = estimateTokens(said.type === 'text' ? said.text : JSON.stringify(said));
    if (cost > left) {
      if (said.type === 'text') blocks.push({ type: 'text', text: said.text.slice(0, left * 4) });
      return { blocks, stopReason: 'max_tokens', stopSequence: null };
    }
    blocks.push(said);
    if (stopped !== null) return { blocks, stopReason: 'stop_sequence', stopSequence: stopped.sequence };
    left -= cost;
  }
  return { ...answer, blocks };
}

function stopAt(
  text: string,
  sequences: readonly string[],
): { readonly before: string; readonly sequence: string } | null {
  const found = sequences
    .filter((sequence) => sequence !== '' && text.includes(sequence))
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .sort((a, b) => a.at - b.at)[0];
  return found === undefined ? null : { before: text.slice(0, found.at), sequence: found.sequence };
}
