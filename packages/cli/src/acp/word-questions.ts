import {
  type AgentContext,
  type CreateElicitationResponse,
  type ElicitationPropertySchema,
  methods,
  type RequestPermissionResponse,
} from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import {
  type AgentQuestion,
  answerFault,
  type GivenAnswer,
  type QuestionRequest,
  visibleText,
} from '@postern/contract';
import { askerInWords, questionLines } from '../agent-questions.ts';

/** Where questions of the agent's own are asked and answered. */
export interface WordQuestionDeps {
  readonly sessionId: string;
  readonly toolCallId: string;
  readonly client: AgentContext;
  readonly sidecar: Pick<PosternClient, 'answer'>;
  /** Aborted where they were answered elsewhere or the turn has ended. */
  readonly withdrawn: AbortSignal;
  /** Whether the client shows forms; else each question with options is a permission request, and others are left out. */
  readonly forms: boolean;
}

type Answers = Record<string, GivenAnswer>;
/** After the name of a question: the user's own words beside its options. */
const otherSuffix = '_other';

/** Puts them to the editor and passes the answers on. An editor that cannot ask, or an answer that does not fit, means none. */
export async function answerInWords(request: QuestionRequest, deps: WordQuestionDeps): Promise<void> {
  const { requestId, questions } = request;
  let answers: Answers | null = null;
  try {
    answers = deps.forms ? await byForm(request, deps) : await byPermissions(request, deps);
  } catch {
    // The editor failed to ask, or the question was withdrawn: then there is nothing left to answer.
  }
  if (deps.withdrawn.aborted) return;
  const fits = answers !== null && answerFault(questions, answers) === null;
  await deps.sidecar.answer({ requestId, answers: fits ? answers : null }).catch(() => undefined);
}

async function byForm(request: QuestionRequest, deps: WordQuestionDeps): Promise<Answers | null> {
  const { questions, message, url } = request;
  const { sessionId, toolCallId, client, withdrawn } = deps;
  const said = visibleText(message ?? `${askerInWords(request)} asks:`);
  const response = await client.request(
    methods.client.elicitation.create,
    {
      ...{ mode: 'form', sessionId, toolCallId },
      message: url === undefined ? said : `${said}\n${visibleText(url)}`,
      requestedSchema: {
        type: 'object',
        properties: Object.fromEntries(questions.flatMap(propertiesOf)),
        required: questions.filter(({ required }) => required).map(({ id }) => id),
      },
    },
    { cancellationSignal: withdrawn, stopWaitingOnCancel: true },
  );
  return response.action === 'accept' ? answersOf(questions, response) : null;
}

/** The fields of one question in a form. Pure. */
function propertiesOf(question: AgentQuestion): [string, ElicitationPropertySchema][] {
  const { id, header, text, options, multiple, ownWords } = question;
  const title = visibleText(header === '' ? text : header);
  const description = visibleText(text);
  if (options.length === 0) {
    const type = ownWords === 'text' || ownWords === 'none' ? 'string' : ownWords;
    return [[id, { type, title, description }]];
  }
  const choices = options.map(({ label, description: about }) => ({
    const: label,
    title: visibleText(label),
    description: visibleText(about),
  }));
  const field: ElicitationPropertySchema = multiple
    ? { type: 'array', title, description, items: { anyOf: choices } }
    : { type: 'string', title, description, oneOf: choices };
  if (ownWords === 'none') return [[id, field]];
  return [
    [id, field],
    [`${id}${otherSuffix}`, { type: 'string', title: `${title}: other`, description: 'In your own words' }],
  ];
}

function answersOf(questions: readonly AgentQuestion[], response: CreateElicitationResponse): Answers {
  const content = ('content' in response ? response.content : null) as Readonly<
    Record<string, unknown>
  > | null;
  const answers: Answers = {};
  for (const { id, options, multiple } of questions) {
    const given = content?.[id];
    const other = content?.[`${id}${otherSuffix}`];
    const words = typeof other === 'string' && other.trim() !== '' ? other : null;
    if (options.length === 0) {
      if (typeof given === 'string' || typeof given === 'number') answers[id] = { text: String(given) };
      continue;
    }
    const named = (Array.isArray(given) ? given : [given]).filter((each) => typeof each === 'string');
    // Where one answer is wanted, the user's own words are it.
    const chosen = words !== null && !multiple ? [] : named;
    if (chosen.length > 0 || words !== null)
      answers[id] = { chosen, ...(words === null ? {} : { text: words }) };
  }
  return answers;
}

/** One option of each question; what has none cannot be asked this way. */
async function byPermissions(request: QuestionRequest, deps: WordQuestionDeps): Promise<Answers | null> {
  const { sessionId, toolCallId, client, withdrawn } = deps;
  const answers: Answers = {};
  for (const question of request.questions.filter(({ options }) => options.length > 0)) {
    const { outcome }: RequestPermissionResponse = await client.request(
      methods.client.session.requestPermission,
      {
        sessionId,
        toolCall: {
          toolCallId,
          title: visibleText(question.text),
          kind: 'other',
          status: 'pending',
          content: [{ type: 'content', content: { type: 'text', text: questionLines(question).join('\n') } }],
        },
        options: [
          ...question.options.map(({ label }, index) => ({
            optionId: String(index),
            kind: 'allow_once' as const,
            name: visibleText(label),
          })),
          { optionId: 'skip', kind: 'reject_once' as const, name: 'Leave it out' },
        ],
      },
      { cancellationSignal: withdrawn, stopWaitingOnCancel: true },
    );
    if (outcome.outcome !== 'selected') return null;
    const option = question.options[Number(outcome.optionId)];
    if (option !== undefined) answers[question.id] = { chosen: [option.label] };
  }
  return Object.keys(answers).length === 0 ? null : answers;
}
