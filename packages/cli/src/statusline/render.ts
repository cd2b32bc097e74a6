// Alone: the rest of the contract brings a library for schemas, and this starts every second.
import { capDollars, dollars } from '@postern/contract/money-in-words';
import { printable } from '../printable.ts';
import type { StatusLineFormat } from './formats.ts';
import type { ShownWindow, Standing } from './standing.ts';

/** How urgent it is; waybar's class. */
type Urgency = 'off' | 'ok' | 'warning' | 'critical';

/** The standing in the words of one bar, without a line feed at its end. Pure. */
export function renderStanding(standing: Standing, format: StatusLineFormat): string {
  const text = sentence(standing);
  switch (format) {
    case 'text':
      return text;
    case 'json':
      return JSON.stringify({ text, ...standing });
    // tmux reads formats and styles in the output of a command. Source: tmux(1), FORMATS: "##" is a "#".
    case 'tmux':
      return text.replaceAll('#', '##');
    // Source: waybar-custom(5), return-type json; the texts are Pango markup, and a line feed would end the object.
    case 'waybar':
      return JSON.stringify({
        text: markup(text),
        tooltip: details(standing).map(markup).join('\n'),
        class: urgencyOf(standing),
        percentage: Math.min(100, percent(standing.running ? (standing.window?.utilization ?? 0) : 0)),
      });
    case 'swiftbar':
      return [barItem(text), '---', ...details(standing).map(barItem)].join('\n');
  }
}

function sentence(standing: Standing): string {
  if (!standing.running) return oneLine(standing.reason);
  const { payer, window } = standing;
  return [
    payer === null ? 'No credential works' : oneLine(payer),
    ...(window === null ? [] : [`${shown(window)}${resetsIn(window)} (${age(window.ageSeconds)})`]),
    `${dollars(standing.spentTodayUsd)} today`,
  ].join(' · ');
}

function details(standing: Standing): readonly string[] {
  if (!standing.running) return [oneLine(standing.reason), 'Start it with: postern start'];
  const { payer, credentialId, window, spentTodayUsd, capUsdPerDay } = standing;
  return [
    payer === null ? 'No credential works: postern status says why' : `Paid by: ${oneLine(payer)}`,
    ...(credentialId === null ? [] : [`Credential: ${oneLine(credentialId)}`]),
    window === null
      ? 'Plan window: none seen'
      : `Plan window${payer === null ? ` of ${oneLine(window.credentialId)}` : ''}: ${shown(window)}, seen ${age(window.ageSeconds)}${resets(window)}`,
    `Spent today: ${dollars(spentTodayUsd)}${capUsdPerDay === null ? ', no cap' : ` of ${capDollars(capUsdPerDay)}`}`,
  ];
}

function shown({ name, utilization, status }: ShownWindow): string {
  return `${oneLine(name)} ${percent(utilization)}%${status === 'rejected' ? ' used up' : ''}`;
}

function resets({ resetsAt }: ShownWindow): string {
  return resetsAt === null ? '' : `, resets ${resetsAt.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Of a window that is used up. Not as a time: a bar has no room for its zone, and asks again in a moment. */
function resetsIn({ status, resetsInSeconds }: ShownWindow): string {
  if (status !== 'rejected' || resetsInSeconds === null) return '';
  const minutes = Math.max(1, Math.ceil(resetsInSeconds / 60));
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `, resets in ${minutes}m`;
  return `, resets in ${hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`}`;
}

/** `just now`, `5m ago`, `3h ago`, `2d ago`. */
function age(seconds: number): string {
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h ago` : `${Math.floor(seconds / 86_400)}d ago`;
}

function percent(utilization: number): number {
  return Math.round(utilization * 100);
}

function urgencyOf(standing: Standing): Urgency {
  if (!standing.running) return 'off';
  const { payer, window } = standing;
  if (payer === null || window?.status === 'rejected' || (window?.utilization ?? 0) >= 0.95)
    return 'critical';
  return (window?.utilization ?? 0) >= 0.8 ? 'warning' : 'ok';
}

/** Whatever a server or a settings file put into a name: one line, nothing that steers a terminal. */
function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

function markup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * A `|` begins parameters (one of them runs a program), a leading `-` makes a separator or a submenu. Source: SwiftBar's README,
 * "Plugin API".
 */
function barItem(text: string): string {
  const harmless = text.replaceAll('|', '¦').replace(/^-+/, (dashes) => '‐'.repeat(dashes.length));
  return `${harmless} | emojize=false symbolize=false ansi=false`;
}
