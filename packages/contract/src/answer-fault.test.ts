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
    ['none where one is wanted', { ...question, required: true }, { text: ' ' }, 'an answer is wanted.'],
    ['an option of another', question, { chosen: ['C'] }, 'an option is named that it does not have.'],
    [
      'one option twice',
      { ...question, multiple: true },
      { chosen: ['A', 'A'] },
      'an option is named twice.',
    ],
    ['two where one is wanted', question, { chosen: ['A', 'B'] }, 'one answer is wanted.'],
    ['several', { ...question, multiple: true }, { chosen: ['A', 'B'] }, null],
    ['words where none are taken', question, { text: 'C' }, 'choose one of its options.'],
    ['words instead of an option', { ...question, ownWords: 'text' }, { text: 'C' }, null],
    [
      'an option and words where one is wanted',
      { ...question, ownWords: 'text' },
      { chosen: ['A'], text: 'C' },
      'one answer is wanted.',
    ],
    ['a number', number, { text: ' 1.5 ' }, null],
    ['no number', number, { text: 'many' }, 'a number is wanted.'],
    ['no end of a number', number, { text: 'Infinity' }, 'a number is wanted.'],
    ['half of one', whole, { text: '1.5' }, 'a whole number is wanted.'],
  ])('that is %s', (_what, asked, given, fault) => {
    expect(answerFault([asked], { q1: given })).toBe(fault === null ? null : `"Kind": ${fault}`);
  });

  it('to a question that was not asked does not fit, whatever it is called', () => {
    expect(answerFault([question], { q2: {} })).toBe('There is no question "q2".');
    expect(answerFault([question], { constructor: {} })).toBe('There is no question "constructor".');
    expect(answerTo({}, { id: 'constructor' })).toEqual({ chosen: [], text: '' });
  });
});
