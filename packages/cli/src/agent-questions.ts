import {
  type AgentQuestion,
  answerFault,
  type GivenAnswer,
  type GivenAnswers,
  type QuestionRequest,
  visibleText,
} from '@postern/contract';

/** How a question is put to the user: all of its lines, then one line back; null where they will not answer. */
export interface QuestionDesk {
  /** False where the user said no on the way. */
  show(lines: readonly string[]): Promise<boolean>;
  line(prompt: string): Promise<string | null>;
}

/** Who asks, as a subject. */
export function askerInWords({ from }: Pick<QuestionRequest, 'from'>): string {
  return from.type === 'agent' ? 'The agent' : `The MCP server ${visibleText(from.name)}`;
}

/** Asks one question after the other. Null: the user does not answer, or leaves all of them out. */
export async function askInWords(request: QuestionRequest, desk: QuestionDesk): Promise<GivenAnswers | null> {
  const { message, url, questions } = request;
  const intro = [
    `${askerInWords(request)} ${url === undefined ? 'asks:' : 'asks you to open a page:'}`,
    ...(message === undefined ? [] : quoted(message)),
    ...(url === undefined ? [] : quoted(url)),
  ].map(shown);
  if (questions.length === 0) {
    if (!(await desk.show(intro))) return null;
    return /^y(es)?$/i.test((await desk.line('Done? [y]es, [n]o: ')) ?? '') ? {} : null;
  }
  const answers: Record<string, GivenAnswer> = {};
  for (const [at, question] of questions.entries()) {
    if (!(await desk.show([...(at === 0 ? intro : []), ...questionLines(question)]))) return null;
    const answer = await answerFrom(question, desk);
    if (answer === null) return null;
    if (answer !== 'left_out') answers[question.id] = answer;
  }
  return Object.keys(answers).length === 0 ? null : answers;
}

/** A question as lines for a terminal, its options numbered. Pure. */
export function questionLines({ header, text, options }: AgentQuestion): readonly string[] {
  return [
    ...quoted(header === '' ? text : `${header}: ${text}`),
    ...options.flatMap(({ label, description, preview }, index) => [
      ` ${index + 1}. ${label}${description === '' ? '' : `: ${description}`}`.replaceAll('\n', ' '),
      ...(preview === undefined ? [] : quoted(preview).map((line) => `    ${line}`)),
    ]),
  ].map(shown);
}

/**
 * What a typed line says to a question: numbers of its options, else the user's own words. Pure.
 * @returns null where it names a number that no option has
 */
export function typedAnswer(
  { options, multiple, ownWords }: AgentQuestion,
  line: string,
): GivenAnswer | null {
  const isNumbers = options.length > 0 && /^\d+(\s*,\s*\d+)*$/.test(line);
  if (!isNumbers) return ownWords === 'none' ? null : { text: line };
  const chosen = [...new Set(line.split(',').map((each) => options[Number(each) - 1]?.label))];
  if (!multiple && chosen.length > 1) return null;
  const labels = chosen.flatMap((label) => label ?? []);
  return labels.length === chosen.length ? { chosen: labels } : null;
}

async function answerFrom(
  question: AgentQuestion,
  desk: QuestionDesk,
): Promise<GivenAnswer | 'left_out' | null> {
  for (;;) {
    const line = await desk.line(promptOf(question));
    if (line === null) return null;
    if (line === '' && !question.required) return 'left_out';
    const answer = line === '' ? {} : typedAnswer(question, line);
    const fault =
      answer === null ? 'Enter the number of an option.' : answerFault([question], { [question.id]: answer });
    if (fault === null) return answer;
    if (!(await desk.show([shown(fault)]))) return null;
  }
}

function promptOf({ options, multiple, ownWords, required }: AgentQuestion): string {
  const number = multiple ? 'Numbers, with commas between them' : 'Number';
  const words =
    ownWords === 'text' ? 'your own words' : ownWords === 'integer' ? 'a whole number' : 'a number';
  const ways = [...(options.length === 0 ? [] : [number]), ...(ownWords === 'none' ? [] : [words])].join(
    ' or ',
  );
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}${required ? '' : ' (Enter leaves it out)'}: `;
}

/** Lines from elsewhere: the bar sets them apart from Postern's own. */
function quoted(text: string): readonly string[] {
  return text.split('\n').map((line) => `│ ${line}`);
}

function shown(line: string): string {
  return visibleText(line.replaceAll('\t', '    '));
}
