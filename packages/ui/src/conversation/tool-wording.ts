/** A tool call in a few words. */
export interface ToolWording {
  /** What it does: `Run a command`. */
  readonly does: string;
  /** What it does it to, or null. */
  readonly target: string | null;
  /** `terminal` where it runs something. */
  readonly icon: 'terminal' | 'file' | 'search' | 'tool';
}

const known: Readonly<Record<string, Pick<ToolWording, 'does' | 'icon'> & { readonly from: string }>> = {
  Bash: { does: 'Run a command', icon: 'terminal', from: 'command' },
  Read: { does: 'Read a file', icon: 'file', from: 'file_path' },
  Write: { does: 'Write a file', icon: 'file', from: 'file_path' },
  Edit: { does: 'Change a file', icon: 'file', from: 'file_path' },
  MultiEdit: { does: 'Change a file', icon: 'file', from: 'file_path' },
  NotebookEdit: { does: 'Change a notebook', icon: 'file', from: 'notebook_path' },
  Glob: { does: 'Find files', icon: 'search', from: 'pattern' },
  Grep: { does: 'Search in files', icon: 'search', from: 'pattern' },
  WebFetch: { does: 'Fetch a page', icon: 'search', from: 'url' },
  WebSearch: { does: 'Search the web', icon: 'search', from: 'query' },
  Task: { does: 'Give out a task', icon: 'tool', from: 'description' },
};

/** What a tool call does, by the tool's name and input; an unknown tool is called by its name. */
export function toolWording(name: string, input: Readonly<Record<string, unknown>>): ToolWording {
  const tool = Object.hasOwn(known, name) ? known[name] : undefined;
  if (tool === undefined) return { does: `Use ${name}`, target: firstText(input), icon: 'tool' };
  const target = input[tool.from];
  return { does: tool.does, target: typeof target === 'string' ? target : null, icon: tool.icon };
}

/** A tool's input as text to read, with its members on lines of their own. */
export function inputText(input: Readonly<Record<string, unknown>>): string {
  const command = input['command'];
  if (
    typeof command === 'string' &&
    Object.keys(input).every((each) => each === 'command' || each === 'description')
  )
    return command;
  return JSON.stringify(input, null, 2);
}

function firstText(input: Readonly<Record<string, unknown>>): string | null {
  const text = Object.values(input).find((each) => typeof each === 'string');
  return typeof text === 'string' ? text : null;
}
