import type { ElicitationRequest, ElicitationResult, OnElicitation } from '@anthropic-ai/claude-agent-sdk';
import { type AgentQuestion, answerTo, type GivenAnswers, type QuestionRequest } from '@postern/contract';
import { z } from 'zod';
import type { Questions } from './questions.ts';

const choiceSchema = z.looseObject({
  const: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
});
const described = { title: z.string().optional(), description: z.string().optional() };

/** One field of a form. Source: MCP 2025-11-25, elicitation, `PrimitiveSchemaDefinition`. */
const fieldSchema = z.union([
  z.looseObject({ type: z.literal('boolean'), ...described }),
  z.looseObject({ type: z.enum(['number', 'integer']), ...described }),
  z.looseObject({
    type: z.literal('string'),
    ...described,
    enum: z.array(z.string()).optional(),
    enumNames: z.array(z.string()).optional(),
    oneOf: z.array(choiceSchema).optional(),
  }),
  z.looseObject({
    type: z.literal('array'),
    ...described,
    items: z.looseObject({ enum: z.array(z.string()).optional(), anyOf: z.array(choiceSchema).optional() }),
  }),
]);
type Field = z.infer<typeof fieldSchema>;

const formSchema = z.looseObject({
  properties: z.record(z.string(), fieldSchema),
  required: z.array(z.string()).optional(),
});

type FieldValue = string | number | boolean | string[];

/** A form as questions, and its answers as the server wants them back. */
interface Form {
  readonly questions: readonly AgentQuestion[];
  content(answers: GivenAnswers): Record<string, FieldValue>;
}

const declined: ElicitationResult = { action: 'decline' };

/** Puts what an MCP server wants to know to the user. What cannot be shown as questions is declined without asking. */
export function elicitation(questions: Pick<Questions, 'askInWords'>): OnElicitation {
  return async (request, { signal }) => {
    const asked = asQuestions(request);
    if (asked === null) return declined;
    const { form, ...more } = asked;
    const answers = await questions.askInWords(
      form.questions,
      (requestId) => ({
        event: 'question_request',
        data: { requestId, ...more, questions: [...form.questions], expiresAt: null },
      }),
      signal,
    );
    if (answers === null) return declined;
    return request.mode === 'url'
      ? { action: 'accept' }
      : { action: 'accept', content: form.content(answers) };
  };
}

function asQuestions({
  serverName,
  message,
  mode,
  url,
  requestedSchema,
}: ElicitationRequest): (Pick<QuestionRequest, 'from' | 'message' | 'url'> & { readonly form: Form }) | null {
  const said = { from: { type: 'mcp_server' as const, name: serverName }, message };
  if (mode === 'url') {
    const isWeb = url !== undefined && /^https?:$/.test(URL.parse(url)?.protocol ?? '');
    return isWeb ? { ...said, url, form: { questions: [], content: () => ({}) } } : null;
  }
  const form = formOf(requestedSchema);
  return form === null ? null : { ...said, form };
}

/** The questions of a form; null where it is not as the protocol has it. Pure. */
export function formOf(schema: unknown): Form | null {
  const parsed = formSchema.safeParse(schema);
  if (!parsed.success) return null;
  const { properties, required = [] } = parsed.data;
  const fields = Object.entries(properties).map(([name, field]) => ({
    field,
    choices: choicesOf(field),
    question: questionOf(name, field, required.includes(name)),
  }));
  return {
    questions: fields.map(({ question }) => question),
    content: (answers) =>
      Object.fromEntries(
        fields.flatMap(({ field, choices, question }): [string, FieldValue][] => {
          const { chosen, text } = answerTo(answers, question);
          const values = chosen.flatMap((label) => choices.find((each) => each.label === label)?.value ?? []);
          const [value] = values;
          if (field.type === 'array') return values.length === 0 ? [] : [[question.id, values]];
          if (field.type === 'boolean') return value === undefined ? [] : [[question.id, value === 'true']];
          if (value !== undefined) return [[question.id, value]];
          if (text === '') return [];
          return [[question.id, field.type === 'string' ? text : Number(text)]];
        }),
      ),
  };
}

function questionOf(name: string, field: Field, required: boolean): AgentQuestion {
  const choices = choicesOf(field);
  return {
    id: name,
    text: field.description ?? field.title ?? name,
    header: field.description === undefined ? '' : (field.title ?? name),
    options: choices.map(({ label, description }) => ({ label, description })),
    multiple: field.type === 'array',
    ownWords:
      choices.length > 0 || field.type === 'boolean' || field.type === 'array'
        ? 'none'
        : field.type === 'string'
          ? 'text'
          : field.type,
    required,
  };
}

interface Choice {
  readonly label: string;
  readonly description: string;
  readonly value: string;
}

/** Each under a label of its own, as an answer names it by that. */
function choicesOf(field: Field): readonly Choice[] {
  const choices = namedChoices(field);
  const isAlone = ({ label }: Choice): boolean =>
    choices.filter((other) => other.label === label).length === 1;
  return choices.map((choice) =>
    isAlone(choice) ? choice : { ...choice, label: `${choice.label} (${choice.value})` },
  );
}

function namedChoices(field: Field): readonly Choice[] {
  if (field.type === 'boolean')
    return [
      { label: 'Yes', description: '', value: 'true' },
      { label: 'No', description: '', value: 'false' },
    ];
  const titled =
    field.type === 'string' ? field.oneOf : field.type === 'array' ? field.items.anyOf : undefined;
  if (titled !== undefined)
    return titled.map(({ const: value, title = value, description = '' }) => ({
      label: title,
      description,
      value,
    }));
  const plain = field.type === 'string' ? field.enum : field.type === 'array' ? field.items.enum : undefined;
  const names = field.type === 'string' ? field.enumNames : undefined;
  return (plain ?? []).map((value, index) => ({ label: names?.[index] ?? value, description: '', value }));
}
