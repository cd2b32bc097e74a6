import { lookAlikeWords, type ToolCaution } from '@postern/contract';

/** A warning above a question: what is so, and what to do about it. */
export interface CautionWording {
  readonly title: string;
  readonly advice: string;
}

const wordings: Readonly<Record<Exclude<ToolCaution, 'look_alike_characters'>, CautionWording>> = {
  outside_workspace: {
    title: 'Outside this folder',
    advice:
      'The place is not in this conversation’s folder. Allow it only if you want the agent to work there.',
  },
  through_link: {
    title: 'The path leads through a link',
    advice: 'The agent named one place and would act in another. Judge by the real path below.',
  },
  hidden_characters: {
    title: 'There are characters that do not show',
    advice:
      'They can hide or reorder text, so each is marked, as in ⟨U+202E⟩. If you do not know why they are there, deny.',
  },
  binary_file: {
    title: 'The file there now is not text',
    advice: 'It would be replaced, and there is nothing to compare. Make sure that you have a copy.',
  },
  no_difference: {
    title: 'There is no comparison with the file as it is now',
    advice: 'Making one took too long. The whole new content is below; read it as what the file becomes.',
  },
  protected_file: {
    title: 'Programs run or obey this file automatically',
    advice: 'What is written there may run later without a question. Read all of it before you allow it.',
  },
};

/** The words of a warning. `texts` are searched for the words that look like others. */
export function cautionWording(caution: ToolCaution, texts: readonly string[]): CautionWording {
  if (caution !== 'look_alike_characters') return wordings[caution];
  const words = [...new Set(texts.flatMap(lookAlikeWords))].slice(0, 5);
  return {
    title:
      words.length === 0
        ? 'Some letters only look like Latin ones'
        : `Letters that only look like Latin ones: ${words.map((each) => `“${each}”`).join(', ')}`,
    advice: 'A name written this way is another name. Check it letter by letter, or deny.',
  };
}
