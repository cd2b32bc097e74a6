import type { WorkspaceItem } from '@postern/contract';
import type { FoundFile } from './found-files.ts';
import { type Headed, headed } from './header.ts';
import { leadsOut } from './instructions.ts';
import { refused } from './settings-items.ts';

/** A skill or a command: a text that the model may ask for, and the user may call by its name. */
export interface LoadedCommand {
  /** As it is called, folders with `:`, such as `deploy:now`. */
  readonly name: string;
  readonly description: string;
  readonly argumentHint: string | null;
  /** Whether the model may ask for it. */
  readonly modelMay: boolean;
  /** Whether the user may call it. */
  readonly personMay: boolean;
  readonly body: string;
  /** Where the files are that belong to a skill, relative to the workspace; null: it is a command. */
  readonly folder: string | null;
}

/** A subagent: a text that the model may hand a task to. */
export interface LoadedSubagent {
  readonly name: string;
  readonly description: string;
  readonly prompt: string;
  /** Tools it has at most, by name, out of the agent's; null: all of those. */
  readonly tools: readonly string[] | null;
  readonly withoutTools: readonly string[];
}

/** What a file is listed as, and what of it is loaded; null: nothing. */
export interface Loadable<Loaded> {
  readonly item: WorkspaceItem;
  readonly loaded: Loaded | null;
}

/** Most of each kind, characters of one, and characters of what is said about one in every conversation. */
const mostOfAKind = 200;
const mostText = 200_000;
const mostDescription = 10_000;

const commandFields = new Set([
  ...['name', 'description', 'when_to_use', 'argument-hint', 'disable-model-invocation', 'user-invocable'],
  ...['version', 'license', 'metadata', 'compatibility'],
]);
const subagentFields = new Set(['name', 'description', 'tools', 'disallowedTools', 'color']);
/** A tool's name alone: `Bash(git:*)` is a rule about what runs without a question. */
const toolName = /^[A-Za-z_]\w*$/;
const nameOfOne = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u;

/** The skills of `.claude/skills`: each is a folder there with a `SKILL.md`. Pure. */
export function skillsIn(files: readonly FoundFile[]): Loadable<LoadedCommand>[] {
  return bounded(
    files
      // What else is in a skill's folder belongs to it, and counts for the hash.
      .filter(({ file, text }) => file.endsWith('/SKILL.md') || text === null)
      .map((found) => {
        const parts = found.file.split('/').slice(2);
        const name = parts.length > 1 ? parts.slice(0, -1).join('/') : parts.join('/').replace(/\.md$/, '');
        const listed = { kind: 'skill', name: name || found.file, found, summary: 'A skill' } as const;
        if (found.text !== null && parts.length !== 2) return not(listed, 'A skill is one folder deep.');
        return command(listed, name, `.claude/skills/${name}`);
      }),
  );
}

/** The commands of `.claude/commands`, but for those whose name is taken. Pure. */
export function commandsIn(
  files: readonly FoundFile[],
  taken: ReadonlySet<string>,
): Loadable<LoadedCommand>[] {
  return bounded(
    files.map((found) => {
      const path = found.file.split('/').slice(2).join('/').replace(/\.md$/, '');
      const name = path.replaceAll('/', ':');
      const listed = { kind: 'command', name: path || found.file, found, summary: 'A command' } as const;
      if (taken.has(name.toLowerCase())) return not(listed, 'A skill already has this name.');
      return command(listed, name, null);
    }),
  );
}

/** The subagents of `.claude/agents`. Pure. */
export function subagentsIn(files: readonly FoundFile[]): Loadable<LoadedSubagent>[] {
  const names = new Set<string>();
  return bounded(
    files.map((found) => {
      const path = found.file.split('/').slice(2).join('/').replace(/\.md$/, '');
      const listed = { kind: 'agent', name: path || found.file, found, summary: 'A subagent' } as const;
      const file = readable(listed);
      if (typeof file === 'string') return not(listed, file);
      const { fields, body } = file;
      const name = textOf(fields.get('name')) ?? path;
      const description = textOf(fields.get('description'));
      if (!nameOfOne.test(name)) return not(listed, unusableName);
      if (names.has(name.toLowerCase())) return not(listed, 'Another subagent already has this name.');
      if (description === null) return not(listed, 'It has no description.');
      if (description.length > mostDescription) return not(listed, longDescription);
      const wanted = namesIn(fields.get('tools'));
      const isLimited = fields.has('tools') && !wanted.includes('*');
      const tools = isLimited ? wanted.filter((tool) => toolName.test(tool)) : null;
      if (tools?.length === 0) return not(listed, 'It names no tool.');
      names.add(name.toLowerCase());
      const withoutTools = namesIn(fields.get('disallowedTools'));
      const leftOut = tools === null ? [] : wanted.filter((tool) => !toolName.test(tool));
      const left = [...unread(fields, subagentFields), ...leftOut.map((tool) => `the tool ${tool}`)];
      return loads(listed, left, { name, description, prompt: body.trim(), tools, withoutTools });
    }),
  );
}

const unusableName = 'Its name has characters that cannot be typed.';
const longDescription = `Its description has more than ${mostDescription} characters.`;

interface Listed {
  readonly kind: WorkspaceItem['kind'];
  readonly name: string;
  readonly found: FoundFile;
  readonly summary: string;
}

function command(listed: Listed, name: string, folder: string | null): Loadable<LoadedCommand> {
  const file = readable(listed);
  if (typeof file === 'string') return not(listed, file);
  const { fields, body } = file;
  if (!name.split(':').every((part) => nameOfOne.test(part))) return not(listed, unusableName);
  const described = [textOf(fields.get('description')), textOf(fields.get('when_to_use'))];
  const description = described.filter((each) => each !== null).join(' ') || firstLine(body);
  if (description.length > mostDescription) return not(listed, longDescription);
  const argumentHint = textOf(fields.get('argument-hint'));
  const personMay = !isFalse(fields.get('user-invocable'));
  const loadable = loads(listed, unread(fields, commandFields), {
    ...{ name, description, argumentHint, personMay, folder },
    modelMay: !isTrue(fields.get('disable-model-invocation')),
    body: withoutShell(body),
  });
  if (!personMay) return loadable;
  return { ...loadable, item: { ...loadable.item, command: { name, description, argumentHint } } };
}

/**
 * The program runs a command behind `!` when it loads the text, without the question that every other command has. Without the mark it is
 * text, which the model may run as it runs any other.
 */
function withoutShell(body: string): string {
  return body.replaceAll(/!+(?=`)/g, '').replaceAll(/(`{3,})[^\S\n]*!+/g, '$1');
}

/** The parts of a file, or why it does not load. */
function readable({ found: { file, text } }: Listed): Headed | string {
  if (text === null) return leadsOut;
  if (!file.endsWith('.md')) return 'It is no .md file.';
  if (text.length > mostText) return `It has more than ${mostText} characters.`;
  const parts = headed(text);
  if (parts === null) return 'The fields at its top cannot be read.';
  return parts.body.trim() === '' ? 'It says nothing.' : parts;
}

function not<Loaded>({ kind, name, found, summary }: Listed, reason: string): Loadable<Loaded> {
  return { item: refused(kind, name, found.file, summary, reason), loaded: null };
}

function loads<Loaded>(
  { kind, name, found: { file, text }, summary }: Listed,
  leftOut: readonly string[],
  loaded: Loaded,
): Loadable<Loaded> {
  const parts = [
    ...(leftOut.length === 0 ? [] : [`Not taken from it: ${leftOut.join(', ')}.`]),
    ...(text !== null && withoutShell(text) !== text
      ? ['A command behind "!" does not run when it loads.']
      : []),
  ];
  const reason = parts.length === 0 ? null : parts.join(' ');
  return { item: { kind, name, file, summary, loads: true, reason, text }, loaded };
}

function bounded<Loaded>(all: readonly Loadable<Loaded>[]): Loadable<Loaded>[] {
  let count = 0;
  return all.map((each) => {
    if (each.loaded !== null) count += 1;
    if (each.loaded === null || count <= mostOfAKind) return each;
    const reason = `No more than ${mostOfAKind} of a kind load.`;
    return { item: { ...each.item, loads: false, reason, text: null }, loaded: null };
  });
}

function unread(fields: Headed['fields'], known: ReadonlySet<string>): string[] {
  return [...fields.keys()].filter((name) => !known.has(name));
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** Names in a list, or in a text with commas. */
function namesIn(value: unknown): string[] {
  const parts: unknown[] = Array.isArray(value) ? value : String(value ?? '').split(',');
  return parts
    .filter((each) => typeof each === 'string')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function isFalse(value: unknown): boolean {
  return value === false || value === 'false';
}

function firstLine(body: string): string {
  const line = body.split('\n').find((each) => each.trim() !== '') ?? '';
  return line
    .replace(/^#+\s*/, '')
    .trim()
    .slice(0, 200);
}
