import { describe, expect, it } from 'vitest';
import type { AgentQuestion, GivenAnswer } from './agent-question.ts';
import { answerFault, answerTo } from './answer-fault.ts';

const question: AgentQuestion = {
  id: 'q1',
  text: 'Which?',
  header: 'Kind',
  options: [
    { label: 'A', description: '' },
    { label: 'B', description: '' },
  ],
  multiple: false,
  ownWords: 'none',
  required: false,
};
const number = { ...question, options: [], ownWords: 'number' as const };
const whole = { ...question, options: [], ownWords: 'integer' as const };

describe('an answer', () => {
  it.each<readonly [what: string, question: AgentQuestion, answer: GivenAnswer, fault: string | null]>([
    ['one option', question, { chosen: ['B'] }, null],
    ['none', question, {}, null],
    ['none where one is wanted', { ...question, required: true }, { text: ' ' }, '“Kind” needs an answer.'],
    ['an option of another', question, { chosen: ['C'] }, '“Kind” has no such option.'],
    [
      'one option twice',
      { ...question, multiple: true },
      { chosen: ['A', 'A'] },
      'An option of “Kind” is named twice.',
    ],
    ['two where one is wanted', question, { chosen: ['A', 'B'] }, 'Give one answer to “Kind”.'],
    ['several', { ...question, multiple: true }, { chosen: ['A', 'B'] }, null],
    ['words where none are taken', question, { text: 'C' }, 'Choose one of the options of “Kind”.'],
    ['words instead of an option', { ...question, ownWords: 'text' }, { text: 'C' }, null],
    [
      'an option and words where one is wanted',
      { ...question, ownWords: 'text' },
      { chosen: ['A'], text: 'C' },
      'Give one answer to “Kind”.',
    ],
    ['a number', number, { text: ' 1.5 ' }, null],
    ['no number', number, { text: 'many' }, 'Enter a number for “Kind”.'],
    ['no end of a number', number, { text: 'Infinity' }, 'Enter a number for “Kind”.'],
    ['half of one', whole, { text: '1.5' }, 'Enter a whole number for “Kind”.'],
  ])('that is %s', (_what, asked, given, fault) => {
    expect(answerFault([asked], { q1: given })).toBe(fault);
  });

  it('to a question that was not asked does not fit, whatever it is called', () => {
    expect(answerFault([question], { q2: {} })).toBe('There is no question "q2".');
    expect(answerFault([question], { constructor: {} })).toBe('There is no question "constructor".');
    expect(answerTo({}, { id: 'constructor' })).toEqual({ chosen: [], text: '' });
  });
});
