import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './command-error.ts';
import type { Context, Io } from './context.ts';
import { decodeText } from './decode-text.ts';

/**
 * True where the user can be asked: what they type is read from stdin, and the question stands on stderr. Not once they have ended their input,
 * as after a prompt that was typed: a stream that has ended gives no line more.
 */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true && io.stdin.readable;
}

/** True where one of the streams is a terminal: its keys reach this process and what it starts. */
export function isAtTerminal({ stdin, stdout, stderr }: Io): boolean {
  return stdin.isTTY === true || stdout.isTTY === true || stderr.isTTY === true;
}

/**
 * One line from the user, trimmed, or null where there is no terminal, at the end of input, or when aborted: it never waits for
 * a missing user. A hidden answer is not echoed.
 */
export async function askLine(
  io: Io,
  question: string,
  options: { readonly hidden?: boolean; readonly signal?: AbortSignal } = {},
): Promise<string | null> {
  if (!canAsk(io) || options.signal?.aborted === true) return null;
  const shown =
    options.hidden === true ? new Writable({ write: (_chunk, _encoding, done) => done() }) : io.stderr;
  if (options.hidden === true) io.stderr.write(question);
  const lines = createInterface({ input: io.stdin, output: shown, terminal: true, historySize: 0 });
  const ended = new AbortController();
  const stops = [ended.signal, ...(options.signal === undefined ? [] : [options.signal])];
  lines.once('close', () => ended.abort());
  // readline keeps Ctrl-C to itself in this mode; the caller must be notified.
  lines.once('SIGINT', () => {
    lines.close();
    io.interrupt();
  });
  try {
    return (
      await lines.question(options.hidden === true ? '' : question, { signal: AbortSignal.any(stops) })
    ).trim();
  } catch {
    io.stderr.write('\n');
    return null;
  } finally {
    if (options.hidden === true) io.stderr.write('\n');
    lines.close();
  }
}

/**
 * Waits and drops all that is typed meanwhile, and before: what was typed before a question was visible is not an answer to it. The
 * terminal is read as for an answer, so that what it held back for want of an Enter arrives, and is dropped as well.
 */
export async function dropTyped(io: Io, forMs: number): Promise<void> {
  if (!canAsk(io)) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: io.stdin, output: nowhere, terminal: true, historySize: 0 });
  lines.once('SIGINT', () => io.interrupt());
  await io.pause(forMs);
  lines.close();
  while (io.stdin.read() !== null);
}

/** A yes or no; null without a terminal. Anything but a yes is a no. */
export async function askYesNo(io: Io, question: string): Promise<boolean | null> {
  const line = await askLine(io, `${question} [y/N] `);
  return line === null ? null : /^y(es)?$/i.test(line);
}

/** Everything on stdin as text, decoded by its mark. @throws UsageError over `maxBytes`, and for what is no text */
export async function readStdin(io: Io, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of io.stdin) {
    const bytes = Buffer.from(piece);
    length += bytes.length;
    if (length > maxBytes) throw new UsageError(`Standard input is longer than ${maxBytes} bytes`);
    pieces.push(bytes);
  }
  return decodeText(Buffer.concat(pieces));
}

/** Emphasis for stderr; plain text without a terminal, with NO_COLOR, and on a dumb terminal. Source: https://no-color.org. */
export function styles({ io, environment }: Pick<Context, 'io' | 'environment'>) {
  const plain =
    io.stderr.isTTY !== true || (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const style = (code: number) => (text: string) => (plain ? text : `\u001b[${code}m${text}\u001b[0m`);
  return { bold: style(1), dim: style(2), red: style(31), green: style(32) };
}
