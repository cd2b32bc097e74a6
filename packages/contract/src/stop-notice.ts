/** What the user sees of an answer that did not end normally. */
export interface StopNotice {
  readonly title: string;
  readonly nextStep: string;
}

/** Source: `stop_reason` of the Messages API, platform.claude.com/docs/en/build-with-claude/handling-stop-reasons, November 2026. */
const notices: Readonly<Record<string, StopNotice | null>> = {
  end_turn: null,
  stop_sequence: null,
  tool_use: null,
  pause_turn: {
    title: 'The model paused before it had finished',
    nextStep: 'Send “continue” to let it go on.',
  },
  max_tokens: {
    title: 'The answer reached its longest length',
    nextStep: 'It is not complete. Ask for the rest.',
  },
  model_context_window_exceeded: {
    title: 'The conversation has filled the model’s context window',
    nextStep: 'The answer is not complete. Start a new conversation.',
  },
  refusal: {
    title: 'The model’s safeguards stopped the answer',
    nextStep: 'Ask in other words, or start a new conversation.',
  },
  compaction: {
    title: 'The model stopped to shorten the conversation',
    nextStep: 'Send “continue” to let it go on.',
  },
  unknown: {
    title: 'The service did not say why the answer ended',
    nextStep: 'It may not be complete.',
  },
};

/** The words for the `stopReason` of a `result`; null where the answer came to its own end. */
export function stopNotice(stopReason: string): StopNotice | null {
  if (Object.hasOwn(notices, stopReason)) return notices[stopReason] ?? null;
  return {
    title: `The answer ended for a reason that Postern does not know (${stopReason.slice(0, 60)})`,
    nextStep: 'It may not be complete.',
  };
}
