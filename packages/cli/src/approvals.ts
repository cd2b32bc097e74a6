import {
  fileTools,
  parseAllowRule,
  type QueryEvent,
  type QuestionRequest,
  visibleText,
} from '@postern/contract';
import { askerInWords, askInWords } from './agent-questions.ts';
import { UsageError } from './command-error.ts';
import type { Context } from './context.ts';
import { fallbackLines, pagesOf, permissionLines } from './question-text.ts';
import { askLine, canAsk, dropTyped } from './terminal.ts';
import type { UseCases } from './use-cases.ts';

type Question = Extract<QueryEvent, { event: 'permission_request' | 'fallback_request' }>;
type Permission = Extract<QueryEvent, { event: 'permission_request' }>['data'];

/** What was allowed on the command line, for this query only. */
export interface AllowedBefore {
  /**
   * Rules such as `Bash(npm test)`, which allow what they say, and names of tools, which allow any call of that tool; of a file tool
   * only calls inside the workspace.
   */
  readonly tools: readonly string[];
  readonly fallback: boolean;
}

/** Answers a query's questions: by what was allowed before, else by the user at the terminal, else with no. */
export interface Approvals {
  /** Takes every event; does not wait, so that the stream can tell that a question was answered elsewhere. */
  answer(event: QueryEvent): void;
  /** Takes back the question that is on the screen. */
  close(): void;
}

/** What is typed so soon after a page of a question appeared was not typed in answer to it. */
const settlingMs = 300;
/** Rows left to the prompt and to what was there before. */
const rowsOfPrompt = 3;
/** Where a terminal does not say how large it is. Source: ECMA-48 terminals since the VT100. */
const usualSize = { columns: 80, rows: 24 } as const;

/**
 * The entries of `--allow-tools`: separated by commas, but for those inside parentheses.
 * @throws UsageError where one is neither the name of a tool nor a rule: it would allow nothing
 */
export function allowedTools(list: string): readonly string[] {
  const entries: string[] = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth <= 0) entries.push('');
    else entries[entries.length - 1] += character;
  }
  const given = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  const wrong = given.find((entry) => !/^[\w.-]+$/.test(entry) && parseAllowRule(entry) === null);
  if (wrong === undefined) return given;
  throw new UsageError(
    `--allow-tools: “${wrong}” is neither the name of a tool nor a rule such as Bash(npm test)`,
  );
}

/** One question at a time is on the screen, however many are open. */
export function createApprovals(
  context: Context,
  useCases: Pick<UseCases, 'answer' | 'approve'>,
  allowed: AllowedBefore,
): Approvals {
  const open = new Map<string, AbortController>();
  let turn: Promise<void> = Promise.resolve();

  async function decide(question: Question, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const answer = allowedBefore(question) ? 'y' : await ask(question, signal);
    if (signal.aborted) return;
    open.delete(question.data.requestId);
    const decision = answer === 'n' ? 'deny' : 'allow';
    // Answered elsewhere, or its time ran out: the stream says how.
    await useCases
      .approve({
        requestId: question.data.requestId,
        decision,
        ...(answer === 'a' ? { remember: true } : {}),
      })
      .catch(() => undefined);
  }

  /** What the agent wants to know cannot be said beforehand: without a terminal it goes on unanswered. */
  async function decideInWords(request: QuestionRequest, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { io } = context;
    const { requestId } = request;
    if (!canAsk(io))
      io.stderr.write(
        `postern: ${askerInWords(request)} asked something: there is no terminal to answer on, so it goes on without.\n`,
      );
    const answers = canAsk(io)
      ? await askInWords(request, {
          show: (lines) => show(lines, signal),
          line: (prompt) => askLine(io, prompt, { signal }),
        })
      : null;
    if (signal.aborted) return;
    open.delete(requestId);
    await useCases
      .answer({ requestId, answers: answers === null ? null : { ...answers } })
      .catch(() => undefined);
  }

  function allowedBefore(question: Question): boolean {
    // A yes to another payer is none to more than the caps.
    if (question.event === 'fallback_request') return allowed.fallback && question.data.scope === undefined;
    const { toolName, remember } = question.data;
    return allowed.tools.some((entry) =>
      entry === toolName
        ? isByName(question.data)
        : parseAllowRule(entry) !== null && entry === remember?.rule,
    );
  }

  async function ask(question: Question, signal: AbortSignal): Promise<'y' | 'n' | 'a'> {
    const { io } = context;
    if (!canAsk(io)) {
      io.stderr.write(`postern: ${unaskable(question)}\n`);
      return 'n';
    }
    const isFallback = question.event === 'fallback_request';
    const lines = isFallback ? fallbackLines(question.data) : permissionLines(question.data);
    if (!(await show(lines, signal))) return 'n';
    const canRemember = isFallback || question.data.remember != null;
    const more = isFallback ? ', [a] until midnight' : canRemember ? ', [a]lways' : '';
    for (;;) {
      const line = await askLine(io, `[y]es, [n]o${more}: `, { signal });
      const word = line === null ? 'n' : line.toLowerCase();
      if (word === 'y' || word === 'yes') return 'y';
      if (word === 'n' || word === 'no') return 'n';
      if (canRemember && (word === 'a' || word === 'always')) return 'a';
    }
  }

  /** Shows all of a question, page by page: there is no yes before its end. False where the user said no on the way. */
  async function show(lines: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { io } = context;
    const columns = io.stderr.columns || usualSize.columns;
    const rows = (io.stderr.rows || usualSize.rows) - rowsOfPrompt;
    const pages = pagesOf(lines, columns, Math.max(1, rows));
    for (const [at, page] of pages.entries()) {
      io.stderr.write(`${at === 0 ? '\n' : ''}${page.join('\n')}\n`);
      await dropTyped(io, settlingMs);
      if (at === pages.length - 1) return true;
      const left = `page ${at + 1} of ${pages.length}`;
      for (;;) {
        const line = await askLine(io, `(${left}) Enter shows more, [n]o: `, { signal });
        if (line === null || /^n/i.test(line)) return false;
        if (line === '') break;
      }
    }
    return true;
  }

  return {
    answer: (event) => {
      if (event.event === 'permission_resolution') {
        open.get(event.data.requestId)?.abort();
        open.delete(event.data.requestId);
      }
      const isWords = event.event === 'question_request';
      if (!isWords && event.event !== 'permission_request' && event.event !== 'fallback_request') return;
      const controller = new AbortController();
      const { signal } = controller;
      open.set(event.data.requestId, controller);
      if (event.event === 'question_request') turn = turn.then(() => decideInWords(event.data, signal));
      else turn = turn.then(() => decide(event, signal));
    },
    close: () => {
      for (const controller of open.values()) controller.abort();
      open.clear();
    },
  };
}

/** Whether a tool's name alone allows the call: a name opens no place that the question would warn of. */
function isByName({ toolName, outside, cautions = [] }: Permission): boolean {
  const isFileTool = fileTools.some((tool) => tool === toolName);
  return !isFileTool || (outside === false && !cautions.includes('protected_file'));
}

function unaskable(question: Question): string {
  if (question.event === 'fallback_request')
    return question.data.scope === undefined
      ? `${question.data.to.kind} was not used: there is no terminal to ask on. --allow-fallback allows it.`
      : `${fallbackLines(question.data)[0] ?? ''} There is no terminal to ask on, so it was not sent.`;
  const { toolName, path, remember } = question.data;
  const what = path === undefined ? toolName : `${toolName} ${path}`;
  const isNamed = isByName(question.data) && parseAllowRule(remember?.rule ?? '')?.type === 'files';
  const entry = isNamed ? toolName : remember == null ? null : `'${remember.rule.replaceAll("'", "'\\''")}'`;
  const option = entry === null ? '' : ` --allow-tools ${entry} allows it.`;
  return visibleText(`${what} was denied: there is no terminal to ask on.${option}`);
}
