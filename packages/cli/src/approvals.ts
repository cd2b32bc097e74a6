import type { QueryEvent } from '@postern/contract';
import type { Context } from './context.ts';
import { dollars } from './print.ts';
import { printable } from './printable.ts';
import { subject } from './progress.ts';
import { askLine, canAsk } from './terminal.ts';
import type { UseCases } from './use-cases.ts';

type Question = Extract<QueryEvent, { event: 'permission_request' | 'fallback_request' }>;

/** What was allowed on the command line, for this query only. */
export interface AllowedBefore {
  /** Exact names of tools. */
  readonly tools: ReadonlySet<string>;
  readonly fallback: boolean;
}

/** Answers a query's questions: by what was allowed before, else by the person at the terminal, else with no. */
export interface Approvals {
  /** Takes every event; does not wait, so that the stream can tell that a question was answered elsewhere. */
  answer(event: QueryEvent): void;
  /** Takes back the question that is on the screen. */
  close(): void;
}

/** Lines of a change that are shown before a yes or no. */
const shownDiffLines = 40;

/** One question at a time is on the screen, however many are open. */
export function createApprovals(
  context: Context,
  useCases: Pick<UseCases, 'approve'>,
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

  function allowedBefore(question: Question): boolean {
    return question.event === 'fallback_request'
      ? allowed.fallback
      : allowed.tools.has(question.data.toolName);
  }

  async function ask(question: Question, signal: AbortSignal): Promise<'y' | 'n' | 'a'> {
    const { io } = context;
    if (!canAsk(io)) {
      io.stderr.write(`postern: ${unaskable(question)}\n`);
      return 'n';
    }
    io.stderr.write(`\n${describe(question)}`);
    const choices = question.event === 'fallback_request' ? 'until midnight' : 'always in this workspace';
    for (;;) {
      const line = await askLine(io, `[y]es, [n]o, [a]: ${choices}: `, { signal });
      const letter = line === null ? 'n' : line.slice(0, 1).toLowerCase();
      if (letter === 'y' || letter === 'n' || letter === 'a') return letter;
    }
  }

  return {
    answer: (event) => {
      if (event.event === 'permission_resolution') {
        open.get(event.data.requestId)?.abort();
        open.delete(event.data.requestId);
      }
      if (event.event !== 'permission_request' && event.event !== 'fallback_request') return;
      const controller = new AbortController();
      open.set(event.data.requestId, controller);
      turn = turn.then(() => decide(event, controller.signal));
    },
    close: () => {
      for (const controller of open.values()) controller.abort();
      open.clear();
    },
  };
}

function describe(question: Question): string {
  if (question.event === 'fallback_request') {
    const { from, to, reason, payer, capUsd } = question.data;
    const cap = capUsd === null ? '' : ` Cap: ${dollars(capUsd)} a day.`;
    return printable(`${from.kind} cannot be used (${reason}). Let ${to.kind} pay? Payer: ${payer}.${cap}\n`);
  }
  const { toolName, input, path, diff } = question.data;
  const lines = (diff ?? '').split('\n');
  const shown = diff === undefined ? [] : lines.slice(0, shownDiffLines);
  if (lines.length > shownDiffLines) shown.push(`… ${lines.length - shownDiffLines} more lines`);
  return printable([`Allow ${toolName} ${path ?? subject(input)}?`, ...shown, ''].join('\n'));
}

function unaskable(question: Question): string {
  if (question.event === 'fallback_request')
    return `${question.data.to.kind} was not used: nobody can be asked here. --allow-fallback allows it.`;
  const { toolName } = question.data;
  return printable(`${toolName} was denied: nobody can be asked here. --allow-tools ${toolName} allows it.`);
}
