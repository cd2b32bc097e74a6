import type { AgentQuestion, GivenAnswer } from './agent-question.ts';

/** Answers by the ids of their questions. */
export type GivenAnswers = Readonly<Record<string, GivenAnswer>>;

/**
 * What is wrong with answers to these questions, as a sentence for the user; null: they fit. Screens and the sidecar judge
 * by the same. Pure.
 */
export function answerFault(questions: readonly AgentQuestion[], answers: GivenAnswers): string | null {
  const known = new Set(questions.map(({ id }) => id));
  const unknown = Object.keys(answers).find((id) => !known.has(id));
  if (unknown !== undefined) return `There is no question ${JSON.stringify(unknown)}.`;
  for (const question of questions) {
    const fault = faultOf(question, answerTo(answers, question));
    if (fault !== null) return `${JSON.stringify(question.header || question.text)}: ${fault}`;
  }
  return null;
}

/** What was said to one question; nothing where it was left out. Pure. */
export function answerTo(
  answers: GivenAnswers,
  { id }: Pick<AgentQuestion, 'id'>,
): { readonly chosen: readonly string[]; readonly text: string } {
  const given = Object.hasOwn(answers, id) ? answers[id] : undefined;
  return { chosen: given?.chosen ?? [], text: given?.text?.trim() ?? '' };
}

function faultOf(
  { options, multiple, ownWords, required }: AgentQuestion,
  { chosen, text }: ReturnType<typeof answerTo>,
): string | null {
  if (new Set(chosen).size < chosen.length) return 'an option is named twice.';
  if (chosen.some((label) => options.every((option) => option.label !== label)))
    return 'an option is named that it does not have.';
  if (text !== '' && ownWords === 'none') return 'choose one of its options.';
  const given = chosen.length + (text === '' ? 0 : 1);
  if (!multiple && given > 1) return 'one answer is wanted.';
  if (required && given === 0) return 'an answer is wanted.';
  return text === '' ? null : numberFault(ownWords, text);
}

function numberFault(ownWords: AgentQuestion['ownWords'], text: string): string | null {
  if (ownWords !== 'number' && ownWords !== 'integer') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return 'a number is wanted.';
  return ownWords === 'integer' && !Number.isSafeInteger(value) ? 'a whole number is wanted.' : null;
}
