import { statSync } from 'node:fs';
import { PosternError } from '@postern/client';
import { mostSeenBytes, type QueryRequest, queryRequestSchema } from '@postern/contract';
import { createAnswer } from '../answer.ts';
import { allowedTools, createApprovals } from '../approvals.ts';
import { CommandError, UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { fromHere } from '../current-folder.ts';
import { exitCode, exitCodeOf } from '../exit-code.ts';
import { trustFolderOf } from '../folder-trust.ts';
import { createParagraphs } from '../paragraphs.ts';
import { printJson } from '../print.ts';
import { printable, withoutEscapes } from '../printable.ts';
import { createProgress } from '../progress.ts';
import { sendAgainInWords } from '../send-again.ts';
import { readStdin } from '../terminal.ts';
import type { UseCases } from '../use-cases.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Options of `ask`. */
export interface AskOptions {
  readonly output: 'text' | 'json';
  readonly model?: string;
  readonly workspace?: string;
  readonly attach?: readonly string[];
  readonly conversation?: string;
  readonly permissionMode?: 'ask' | 'accept-edits' | 'plan';
  readonly allowTools?: string;
  readonly allowFallback?: boolean;
  readonly maxSilence?: string;
  readonly quiet?: boolean;
  /** US dollars, as typed. */
  readonly cap?: string;
  readonly onLimit?: 'wait' | 'fallback' | 'stop';
  readonly trust?: boolean;
  readonly yes?: boolean;
}

/** Four bytes for each of the characters a prompt may have (docs/spec/contract.md#queries). */
const maxPromptBytes = 4_000_000;

/**
 * Asks, streams the answer's text to stdout and everything else to stderr; the exit code tells the outcome. Ctrl-C, and a reader
 * of stdout that goes away, stop the query.
 */
export async function ask(context: Context, words: readonly string[], options: AskOptions): Promise<number> {
  const json = context.options.json || options.output === 'json';
  const asJson: Context = { ...context, options: { ...context.options, json } };
  try {
    const tools = allowedTools(options.allowTools ?? '');
    const request = queryRequest(context, await promptOf(context, words), options);
    if (options.yes === true && options.trust !== true)
      throw new UsageError('--yes agrees to --trust, and to nothing else');
    return await withUseCases(asJson, { create: true, memory: true }, async (useCases) => {
      if (
        options.trust === true &&
        !(await trustFolderOf(asJson, useCases, request, { yes: options.yes === true }))
      ) {
        context.io.stderr.write('Nothing has changed, and nothing was asked.\n');
        return exitCode.interrupted;
      }
      return await run(asJson, useCases, request, { ...options, tools });
    });
  } catch (error) {
    const { reportError } = await import('../report-error.ts');
    const code = reportError(error, context.io, json);
    // Refused before the stream opened, where no event could say it.
    if (!json && error instanceof PosternError && error.retryAfterMs !== null) {
      const now = Date.now();
      context.io.stderr.write(`  ${sendAgainInWords(now + error.retryAfterMs, now)}\n`);
    }
    return code;
  }
}

async function run(
  context: Context,
  useCases: UseCases,
  request: QueryRequest,
  options: AskOptions & { readonly tools: readonly string[] },
): Promise<number> {
  const { io } = context;
  const { json } = context.options;
  const stop = new AbortController();
  const stopListening = io.onInterrupt(() => stop.abort());
  const onBrokenPipe = () => stop.abort();
  io.stdout.once('error', onBrokenPipe);
  const isTerminal = io.stdout.isTTY === true;
  const answer = createAnswer();
  const paragraphs = createParagraphs();
  let midLine = false;
  const endLine = () => {
    if (midLine) io.stdout.write('\n');
    midLine = false;
  };
  const progress = createProgress(context, options.quiet === true || json);
  const approvals = createApprovals(context, useCases, {
    tools: options.tools,
    fallback: options.allowFallback === true,
  });
  try {
    const onHang = (detail: string | null): void => {
      if (isTerminal) endLine();
      progress.hang(detail);
    };
    for await (const event of useCases.runQuery(request, { signal: stop.signal, onHang })) {
      answer.add(event);
      const paragraph = paragraphs.next(event);
      if (event.event === 'assistant_text' && !json) {
        await write(context, isTerminal ? event.data.text : paragraph);
        midLine = !event.data.text.endsWith('\n');
      }
      // What was stopped and what may follow are two texts.
      if (event.event === 'answer_withheld' && !json) endLine();
      // On a terminal both streams share the lines; in a pipe the text stays as it came, but for an empty line where a tool stood.
      if (isTerminal && event.event !== 'assistant_text') endLine();
      progress.show(event);
      approvals.answer(event);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    if (!json) io.stderr.write('\npostern: stopped.\n');
    answer.stopped();
  } finally {
    approvals.close();
    stopListening();
    io.stdout.off('error', onBrokenPipe);
  }
  if (json) printJson(context, answer.value());
  else endLine();
  const code = answer.errorCode();
  return code === null ? exitCode.ok : exitCodeOf(code);
}

/**
 * A slow reader slows the reading down. The model's text steers no terminal, also not one behind a pipe or a file (`ask … | tee notes.md`); what
 * else a file may hold stays as it came. With `--output json` every character is there, escaped. Nothing but this text reaches standard output,
 * and everything on standard error is made printable wherever it goes.
 */
async function write({ io }: Context, text: string): Promise<void> {
  if (io.stdout.write(io.stdout.isTTY === true ? printable(text) : withoutEscapes(text))) return;
  await new Promise<void>((go) => {
    io.stdout.once('drain', go);
    io.stdout.once('error', () => go());
  });
}

/**
 * Standard input is read only where it is the prompt, or where a `-` after it asks for it: a script's open input must not be waited for. A `-`
 * between words is one of them.
 */
async function promptOf(context: Context, words: readonly string[]): Promise<string> {
  const { io } = context;
  const fromStdin = words.length === 0 ? io.stdin.isTTY !== true : words.at(-1) === '-';
  const read = fromStdin ? await readStdin(io, maxPromptBytes) : '';
  const typed = (fromStdin ? words.slice(0, -1) : words).join(' ');
  const prompt = [typed, read].filter((part) => part.trim() !== '').join('\n\n');
  if (prompt === '')
    throw new CommandError(
      'prompt_empty',
      'Give a prompt as an argument, or pipe one in: echo Hello | postern ask',
    );
  return prompt;
}

/** NaN, which the schema refuses, where it is no amount. */
function amountOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(/^\$/, ''));
}

/**
 * The agent runs on this machine: the file is read where it is. A picture or PDF that the model cannot see itself is named on standard error.
 * @throws CommandError `attachment_not_found` that names the file
 */
function attached(context: Context, file: string): { readonly path: string } {
  const path = fromHere(context, file, '--attach');
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isFile() !== true)
    throw new CommandError('attachment_not_found', `${file} is not there, or is no file.`);
  if (facts.size > (mostSeenBytes(path) ?? facts.size))
    context.io.stderr.write(
      `postern: ${printable(file)} is too large for the model to see. It gets the file’s path.\n`,
    );
  return { path };
}

/** @throws UsageError that names the option which has the wrong form */
function queryRequest(context: Context, prompt: string, options: AskOptions): QueryRequest {
  const request = queryRequestSchema.safeParse({
    prompt,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.permissionMode === undefined
      ? {}
      : { permissionMode: options.permissionMode.replace('-', '_') }),
    ...(options.maxSilence === undefined ? {} : { maxSilenceSeconds: Number(options.maxSilence) }),
    ...(options.workspace === undefined
      ? {}
      : { workspace: fromHere(context, options.workspace, '--workspace') }),
    ...(options.attach === undefined
      ? {}
      : { attachments: options.attach.map((file) => attached(context, file)) }),
    ...(options.conversation === undefined ? {} : { conversationId: options.conversation }),
    ...(options.cap === undefined ? {} : { capUsd: amountOf(options.cap) }),
    ...(options.onLimit === undefined ? {} : { onLimit: options.onLimit }),
  });
  if (request.success) return request.data;
  const field = request.error.issues[0]?.path[0];
  throw new UsageError(
    field === 'model'
      ? '--model is no name of a model'
      : field === 'conversationId'
        ? '--conversation is no id of a conversation; postern ask --output json prints it'
        : field === 'workspace'
          ? '--workspace is too long'
          : field === 'maxSilenceSeconds'
            ? '--max-silence is no number of seconds from 10 to 3600'
            : field === 'capUsd'
              ? '--cap is an amount in US dollars, such as 0.50'
              : field === 'attachments'
                ? '--attach takes at most 20 files, with paths of at most 4096 characters'
                : 'The prompt is too long',
  );
}
