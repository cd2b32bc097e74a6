import type { AgentQuestion, GivenAnswer } from './agent-question.ts';
import { visibleText } from './visible-text.ts';

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
    const name = `“${visibleText(question.header || question.text)}”`;
    const fault = faultOf(question, answerTo(answers, question), name);
    if (fault !== null) return fault;
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
  name: string,
): string | null {
  if (new Set(chosen).size < chosen.length) return `An option of ${name} is named twice.`;
  if (chosen.some((label) => options.every((option) => option.label !== label)))
    return `${name} has no such option.`;
  if (text !== '' && ownWords === 'none') return `Choose one of the options of ${name}.`;
  const given = chosen.length + (text === '' ? 0 : 1);
  if (!multiple && given > 1) return `Give one answer to ${name}.`;
  if (required && given === 0) return `${name} needs an answer.`;
  return text === '' ? null : numberFault(ownWords, text, name);
}

function numberFault(ownWords: AgentQuestion['ownWords'], text: string, name: string): string | null {
  if (ownWords !== 'number' && ownWords !== 'integer') return null;
  const isWhole = ownWords === 'integer';
  const value = Number(text);
  const fits = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  return fits ? null : `Enter a ${isWhole ? 'whole ' : ''}number for ${name}.`;
}
