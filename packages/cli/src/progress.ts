import {
  describeToolCall,
  dollars,
  dollarsAtMost,
  mcpServerNotice,
  notKeptInWords,
  type PermissionMode,
  type QueryEvent,
  reasonInWords,
  skippedInWords,
  stopNotice,
  visibleText,
} from '@postern/contract';
import type { Context } from './context.ts';
import { limitInWords, usedUpInWords } from './limit-words.ts';
import { shortInstant } from './print.ts';
import { printable } from './printable.ts';
import { sendAgainInWords } from './send-again.ts';
import { styles } from './terminal.ts';

/** Tells on stderr what happens beside the answer. */
export interface Progress {
  show(event: QueryEvent): void;
  /** Postern hangs, as far as is known why; null: it answers again. */
  hang(detail: string | null): void;
}

/** By the mode that a query has from now on. */
const askedFromHereOn: Readonly<Record<PermissionMode, string>> = {
  ask: 'From here on, Postern asks before anything is changed.',
  accept_edits: 'From here on, files in the workspace are changed without a question.',
  plan: 'From here on, the agent only reads and plans.',
};

type ErrorData = Extract<QueryEvent, { event: 'error' }>['data'];

/** Quiet: only errors, and never who pays. */
export function createProgress(context: Context, quiet: boolean): Progress {
  const { stderr } = context.io;
  const style = styles(context);
  const json = context.options.json;
  const say = (text: string) => {
    if (!quiet) stderr.write(`${style.dim(oneLine(text))}\n`);
  };
  /** Also where nothing but the answer is wanted: without it half an answer would look whole. */
  const warn = (text: string) => stderr.write(`${style.bold(oneLine(text))}\n`);
  /** Commands by their calls. */
  const commands = new Map<string, string>();
  const notice = (stopReason: string) => {
    const words = stopNotice(stopReason);
    if (words !== null && !json) warn(`${words.title}. ${words.nextStep}`);
  };
  const tellError = ({ title, detail, nextStep, retryAt, kept }: ErrorData) => {
    const lines = [
      detail,
      ...(retryAt === undefined ? [] : [sendAgainInWords(Date.parse(retryAt), Date.now())]),
      ...(nextStep === undefined ? [] : [nextStep]),
      ...(kept === false ? [notKeptInWords] : []),
    ];
    stderr.write(
      `\n${style.red(`postern: ${oneLine(title)}.`)}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`,
    );
  };
  return {
    hang: (detail) =>
      say(
        detail === null
          ? 'Postern answers again.'
          : `Postern does not answer. ${detail} It is waited for; Ctrl-C stops.`,
      ),
    show: (event) => {
      switch (event.event) {
        case 'started':
          return say(`${event.data.credential.kind}. Paid by: ${event.data.credential.payer}`);
        case 'queued':
          return event.data.place > 0
            ? say(`Waiting for other queries: place ${event.data.place}`)
            : undefined;
        case 'tool_use': {
          const { toolUseId, name, input } = event.data;
          const { target } = describeToolCall(name, input);
          if (name === 'Bash' && target !== null) commands.set(toolUseId, shortened(target));
          return say(`▸ ${name} ${target ?? ''}`);
        }
        case 'background_command': {
          const { toolUseId, state } = event.data;
          const what = commands.get(toolUseId) ?? 'A command';
          return say(
            state === 'running'
              ? `${what} runs in the background. The answer ends when it has ended. Ctrl-C stops both.`
              : `${what} in the background: ${state}`,
          );
        }
        case 'tool_result':
          return event.data.isError ? say(`✗ ${event.data.content}`) : undefined;
        case 'credential_switched':
          return say(
            `Now ${event.data.to.kind}. ${reasonInWords(event.data.reason)}. Paid by: ${event.data.to.payer}`,
          );
        case 'model_changed':
          return say(
            `Now ${event.data.to} answers. ${event.data.from} did not: ${reasonInWords(event.data.reason)}.`,
          );
        case 'permission_mode_changed':
          return say(askedFromHereOn[event.data.to]);
        case 'waiting':
          return say(
            `${usedUpInWords(event.data.window)}. Waiting until ${shortInstant(event.data.until)}. Ctrl-C stops.`,
          );
        case 'resumed':
          return say('It goes on.');
        case 'usage_limit':
          return say(
            limitInWords(event.data)
              .filter((each) => each !== null)
              .join('. '),
          );
        case 'answer_withheld':
          return json
            ? undefined
            : warn('The model’s safeguards stopped the text above. It is not an answer.');
        case 'events_skipped':
          return json ? undefined : warn(`${skippedInWords} Once it has ended, the history has all of it.`);
        case 'history_not_saved':
          return json
            ? undefined
            : warn(
                `This conversation cannot be saved now (${event.data.reason}). Its history will have a gap.`,
              );
        case 'mcp_server': {
          const words = mcpServerNotice(event.data);
          return words === null ? undefined : say(`${words.title}. ${words.detail}`);
        }
        case 'silence':
          return say(
            `No response for ${event.data.seconds} s. Ctrl-C stops. Postern gives up after ${event.data.endsAtSeconds} s.`,
          );
        case 'result':
          notice(event.data.stopReason);
          return say(costInWords(event.data));
        case 'error':
          if (!json) tellError(event.data);
          return event.data.receipt === undefined ? undefined : say(costInWords(event.data.receipt));
        default:
      }
    },
  };
}

function costInWords({ costUsd, durationMs, notReportedUsd = 0 }: Cost): string {
  const more = notReportedUsd > 0 ? `, up to ${dollarsAtMost(notReportedUsd)} more, not reported` : '';
  return `${dollars(costUsd)}${more} · ${(durationMs / 1000).toFixed(1)} s`;
}

/** What a turn cost, in US dollars, or may have. */
interface Cost {
  readonly costUsd: number;
  readonly durationMs: number;
  readonly notReportedUsd?: number | undefined;
}

function oneLine(text: string): string {
  const line = visibleText(text).replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** A command as part of a line. */
function shortened(command: string): string {
  const line = oneLine(command);
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
