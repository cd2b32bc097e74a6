import type { AskUserQuestionInput } from '@anthropic-ai/claude-agent-sdk/sdk-tools';
import { type AgentQuestion, answerTo, type GivenAnswers } from '@postern/contract';
import { z } from 'zod';
import type { Denial } from './denials.ts';
import type { Questions } from './questions.ts';

/** The tool with which the model asks the user something. */
export const agentQuestionTool = 'AskUserQuestion';

/** What the tool is called with. Source: `AskUserQuestionInput` of SDK 0.3.332. */
const inputSchema = z.looseObject({
  questions: z
    .array(
      z.looseObject({
        question: z.string(),
        header: z.string(),
        multiSelect: z.boolean().optional(),
        options: z.array(
          z.looseObject({ label: z.string(), description: z.string(), preview: z.string().optional() }),
        ),
      }),
    )
    .min(1),
});

/**
 * Asks the user what the model wants to know. Gives the tool's input with their answers in it, which is how the program takes them, or why
 * there are none.
 */
export async function askTheUser(
  input: Record<string, unknown>,
  questions: Pick<Questions, 'askInWords'>,
  signal: AbortSignal,
): Promise<Record<string, unknown> | Denial> {
  const asked = agentQuestions(input);
  if (asked === null) return 'unshown_question';
  const given = await questions.askInWords(
    asked,
    (requestId) => ({
      event: 'question_request',
      data: { requestId, from: { type: 'agent' }, questions: [...asked], expiresAt: null },
    }),
    signal,
  );
  return given === null ? 'declined' : { ...input, answers: inWords(asked, given) };
}

/** The questions of a call; null where they are not as the SDK describes them. Pure. */
export function agentQuestions(input: Readonly<Record<string, unknown>>): readonly AgentQuestion[] | null {
  const parsed = inputSchema.safeParse(input);
  if (!parsed.success) return null;
  return parsed.data.questions.map(({ question, header, options, multiSelect = false }, index) => ({
    id: `q${index + 1}`,
    text: question,
    header,
    options: options.map(({ label, description, preview }) => ({
      ...{ label, description },
      ...(preview === undefined ? {} : { preview }),
    })),
    multiple: multiSelect,
    // The tool's own description promises the model that there is always another answer.
    ownWords: 'text',
    required: false,
  }));
}

/** By the text of the question, several answers to one with commas between them. Source: `AskUserQuestionOutput` of SDK 0.3.332. */
function inWords(
  asked: readonly AgentQuestion[],
  given: GivenAnswers,
): NonNullable<AskUserQuestionInput['answers']> {
  return Object.fromEntries(
    asked.flatMap((question) => {
      const { chosen, text } = answerTo(given, question);
      const said = [...chosen, ...(text === '' ? [] : [text])];
      return said.length === 0 ? [] : [[question.text, said.join(', ')]];
    }),
  );
}
