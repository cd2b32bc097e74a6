import { z } from 'zod';

/** What the user may have to be warned of before they answer. A screen words each of them. */
export const toolCautionSchema = z.enum([
  /** The place is outside the workspace. */
  'outside_workspace',
  /** The path that the agent named leads through a link to another place. */
  'through_link',
  /** Characters that do not show, or that reorder text. */
  'hidden_characters',
  /** Letters that are drawn like Latin ones and are not. */
  'look_alike_characters',
  /** The file that would be replaced holds no text. */
  'binary_file',
  /** A difference could not be made in time: the whole new content is shown. */
  'no_difference',
  /** A file that programs run or obey automatically, such as `.git/hooks` or `.bashrc`. */
  'protected_file',
]);
export type ToolCaution = z.infer<typeof toolCautionSchema>;

/** Each caution as a sentence for the user who is asked. */
export const toolCautionSentences: Readonly<Record<ToolCaution, string>> = {
  outside_workspace: 'This is outside the workspace.',
  through_link: 'The path that the agent gave leads through a link; the place shown is where it ends.',
  hidden_characters: 'Characters that do not show are in this; each is marked, as in ⟨U+202E⟩.',
  look_alike_characters: 'Letters of another script pass for Latin ones here. Check every name.',
  binary_file: 'The file that would be replaced holds no text.',
  no_difference: 'A difference could not be made in time. What the tool was given is shown whole.',
  protected_file: 'Programs run or obey this file automatically. You are asked each time.',
};

const toolCallPartSchema = z.object({
  label: z.string(),
  text: z.string(),
  kind: z.enum(['command', 'path', 'text', 'value']),
});
/** One piece of a tool's input, whole: nothing is cut or folded. */
export type ToolCallPart = z.infer<typeof toolCallPartSchema>;

export const toolCallDescriptionSchema = z
  .object({
    /** `Run a command`. */
    action: z.string(),
    /** What it acts on: a command, a path, an address; null where the input names nothing. */
    target: z.string().nullable(),
    icon: z.enum(['terminal', 'file', 'search', 'tool']),
    /** All of the input, in the order in which the user wants to read it. */
    parts: z.array(toolCallPartSchema),
  })
  .meta({ id: 'ToolCallDescription' });
export type ToolCallDescription = z.infer<typeof toolCallDescriptionSchema>;

type Kind = ToolCallPart['kind'];
type Known = {
  readonly action: string;
  readonly icon: ToolCallDescription['icon'];
  /** Input members in reading order; the first one is the target. */
  readonly members: Readonly<Record<string, readonly [label: string, kind: Kind]>>;
};

const filePath = ['File', 'path'] as const;
const edit: Known = {
  action: 'Change a file',
  icon: 'file',
  members: {
    file_path: filePath,
    old_string: ['Replace', 'text'],
    new_string: ['With', 'text'],
    replace_all: ['Every occurrence', 'value'],
  },
};

/** Tools of the Agent SDK. Source: `sdk-tools.d.ts` of 0.3.332. */
const known: Readonly<Record<string, Known>> = {
  Bash: {
    action: 'Run a command',
    icon: 'terminal',
    members: {
      command: ['Command', 'command'],
      description: ['Described by the agent as', 'text'],
      run_in_background: ['In the background', 'value'],
      timeout: ['Time limit in milliseconds', 'value'],
    },
  },
  Read: { action: 'Read a file', icon: 'file', members: { file_path: filePath } },
  Write: {
    action: 'Write a file',
    icon: 'file',
    members: { file_path: filePath, content: ['Content', 'text'] },
  },
  Edit: edit,
  MultiEdit: edit,
  NotebookEdit: {
    action: 'Change a notebook',
    icon: 'file',
    members: {
      notebook_path: filePath,
      edit_mode: ['Change', 'value'],
      cell_id: ['Cell', 'value'],
      cell_type: ['Type of cell', 'value'],
      new_source: ['New content of the cell', 'text'],
    },
  },
  Glob: {
    action: 'Find files',
    icon: 'search',
    members: { pattern: ['Pattern', 'text'], path: ['In', 'path'] },
  },
  Grep: {
    action: 'Search in files',
    icon: 'search',
    members: { pattern: ['Pattern', 'text'], path: ['In', 'path'], glob: ['Files', 'text'] },
  },
  WebFetch: {
    action: 'Fetch a page',
    icon: 'search',
    members: { url: ['Address', 'text'], prompt: ['Question about the page', 'text'] },
  },
  WebSearch: { action: 'Search the web', icon: 'search', members: { query: ['Search for', 'text'] } },
  SandboxNetworkAccess: {
    action: 'Connect to a host',
    icon: 'terminal',
    members: { host: ['Host', 'text'], port: ['Port', 'value'] },
  },
  Agent: {
    action: 'Start a subagent',
    icon: 'tool',
    members: { description: ['Task', 'text'], prompt: ['Instructions', 'text'] },
  },
  ExitPlanMode: { action: 'Carry out a plan', icon: 'tool', members: { plan: ['Plan', 'text'] } },
};

/**
 * What a tool call does, for the window, the terminal and the event alike. Every member of the input is in `parts`, whole; a tool that
 * is not known is described by its name and its members.
 */
export function describeToolCall(
  name: string,
  input: Readonly<Record<string, unknown>>,
): ToolCallDescription {
  const tool = Object.hasOwn(known, name) ? known[name] : undefined;
  const members = tool?.members ?? {};
  const order = [
    ...Object.keys(members).filter((member) => Object.hasOwn(input, member)),
    ...Object.keys(input).filter((member) => !Object.hasOwn(members, member)),
  ];
  const questions = name === 'AskUserQuestion' ? questionParts(input['questions']) : null;
  if (questions !== null)
    return {
      action: 'Ask you a question',
      target: questions[0]?.text.split('\n', 1)[0] ?? null,
      icon: 'tool',
      parts: questions,
    };
  const parts = order.map((member): ToolCallPart => {
    const value = input[member];
    const named = Object.hasOwn(members, member) ? members[member] : undefined;
    const [label, kind] = named ?? [member, typeof value === 'string' ? 'text' : 'value'];
    return {
      label,
      kind,
      text: typeof value === 'string' ? value : written(value),
    };
  });
  const first = tool === undefined ? undefined : Object.keys(tool.members)[0];
  const subject =
    first === undefined ? Object.values(input).find((value) => typeof value === 'string') : input[first];
  return {
    action: tool?.action ?? otherTool(name),
    target: typeof subject === 'string' ? subject : null,
    icon: tool?.icon ?? 'tool',
    parts,
  };
}

/** Each question with its options below it; null where they are not as the SDK describes them. Source: `AskUserQuestionInput` of 0.3.332. */
function questionParts(questions: unknown): ToolCallPart[] | null {
  if (!Array.isArray(questions) || questions.length === 0) return null;
  const parts: ToolCallPart[] = [];
  for (const each of questions as readonly unknown[]) {
    const { question, header, options } = (each ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof question !== 'string' || !Array.isArray(options)) return null;
    const lines = options.map((option: unknown) => {
      const { label, description } = (option ?? {}) as Readonly<Record<string, unknown>>;
      return `- ${String(label)}${typeof description === 'string' && description !== '' ? `: ${description}` : ''}`;
    });
    const label = typeof header === 'string' && header !== '' ? header : 'Question';
    parts.push({ label, kind: 'text', text: [question, ...lines].join('\n') });
  }
  return parts;
}

/** The server and the tool of an MCP tool's name, `mcp__<server>__<tool>`; null where it is none. */
export function mcpToolOf(name: string): { readonly server: string; readonly tool: string } | null {
  const match = /^mcp__(.+?)__(.+)$/s.exec(name);
  return match?.[1] === undefined || match[2] === undefined ? null : { server: match[1], tool: match[2] };
}

function otherTool(name: string): string {
  const mcp = mcpToolOf(name);
  return mcp === null ? `Use ${name}` : `Use ${mcp.tool} of the MCP server ${mcp.server}`;
}

/** Longest JSON that is broken into lines: deep inside a value, each line would begin with more blanks than it has text. */
const longestIndented = 20_000;

function written(value: unknown): string {
  const plain = JSON.stringify(value) ?? 'undefined';
  return plain.length > longestIndented ? plain : (JSON.stringify(value, null, 2) ?? plain);
}
