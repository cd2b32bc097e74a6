import { describeToolCall, type QueryEvent, visibleText } from '@postern/contract';
import type { Context } from './context.ts';
import { dollars, shortInstant } from './print.ts';
import { printable } from './printable.ts';
import { styles } from './terminal.ts';

/** Tells on stderr what happens beside the answer. */
export interface Progress {
  show(event: QueryEvent): void;
}

/** Quiet: only errors, and never who pays. */
export function createProgress(context: Context, quiet: boolean): Progress {
  const { stderr } = context.io;
  const style = styles(context);
  const json = context.options.json;
  const say = (text: string) => {
    if (!quiet) stderr.write(`${style.dim(oneLine(text))}\n`);
  };
  return {
    show: (event) => {
      switch (event.event) {
        case 'started':
          return say(`${event.data.credential.kind}. Pays: ${event.data.credential.payer}`);
        case 'queued':
          return event.data.place > 0
            ? say(`Waiting for other queries: place ${event.data.place}`)
            : undefined;
        case 'tool_use':
          return say(
            `▸ ${event.data.name} ${describeToolCall(event.data.name, event.data.input).target ?? ''}`,
          );
        case 'tool_result':
          return event.data.isError ? say(`✗ ${event.data.content}`) : undefined;
        case 'credential_switched':
          return say(`Now ${event.data.to.kind} (${event.data.reason}). Pays: ${event.data.to.payer}`);
        case 'model_changed':
          return say(`Now ${event.data.to} answers: ${event.data.from} did not (${event.data.reason}).`);
        case 'waiting':
          return say(
            `Waiting until ${shortInstant(event.data.until)}: ${event.data.window} is used up. Ctrl-C stops.`,
          );
        case 'resumed':
          return say('It goes on.');
        case 'usage_limit':
          return say(`Limit ${event.data.window}: ${event.data.status}`);
        case 'result':
          return say(`${dollars(event.data.costUsd)} · ${(event.data.durationMs / 1000).toFixed(1)} s`);
        case 'error':
          if (!json)
            stderr.write(
              `\n${style.red(`postern: ${oneLine(event.data.title)}.`)}\n  ${printable(event.data.detail)}\n`,
            );
          return;
        default:
      }
    },
  };
}

function oneLine(text: string): string {
  const line = visibleText(text).replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
