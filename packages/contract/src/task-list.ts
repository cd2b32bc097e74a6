/** One task of the agent's list. */
export interface Task {
  /** The call that made it, until the program has given it a number. */
  readonly toolUseId: string | null;
  readonly id: string | null;
  readonly subject: string;
  /** The same while it is under way: “Reading the tests”; may be empty. */
  readonly doing: string;
  readonly status: 'pending' | 'in_progress' | 'completed';
}

/** A tool call as it arrives, in a stream or in a history. */
export interface TaskCall {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What came of one. */
export interface TaskResult {
  readonly toolUseId: string;
  readonly content: string;
  readonly isError: boolean;
}

/** The tools with which the agent keeps its list of tasks. Source: SDK 0.3.332; `TodoWrite` in conversations of older programs. */
const taskTools: ReadonlySet<string> = new Set([
  'TaskCreate',
  'TaskGet',
  'TaskList',
  'TaskUpdate',
  'TodoWrite',
]);

const noTasks: readonly Task[] = [];

/** Whether a call is about the list of tasks: it is shown as the list that it makes, not as a card of its own. Pure. */
export function isTaskCall({ name }: Pick<TaskCall, 'name'>): boolean {
  return taskTools.has(name);
}

/** The list after a call; the same list where the call only reads it. Pure. */
export function tasksAfterCall(
  tasks: readonly Task[],
  { toolUseId, name, input }: TaskCall,
): readonly Task[] {
  if (name === 'TodoWrite') return todosOf(input['todos']);
  if (name === 'TaskCreate')
    return [
      ...tasks,
      {
        toolUseId,
        id: null,
        subject: textOf(input['subject']),
        doing: textOf(input['activeForm']),
        status: 'pending',
      },
    ];
  if (name !== 'TaskUpdate') return tasks;
  const id = textOf(input['taskId']);
  if (input['status'] === 'deleted') return tasks.filter((task) => task.id !== id);
  // One that was begun further back than what is here has no words yet.
  const known = tasks.some((task) => task.id === id)
    ? tasks
    : [...tasks, { toolUseId, id, subject: `Task ${id}`, doing: '', status: 'pending' as const }];
  return known.map((task) =>
    task.id === id
      ? {
          ...task,
          subject: textOf(input['subject']) || task.subject,
          doing: textOf(input['activeForm']) || task.doing,
          status: statusOf(input['status']) ?? task.status,
        }
      : task,
  );
}

/** The list after a call has ended: a new task gets its number, and one that could not be made goes. Pure. */
export function tasksAfterResult(
  tasks: readonly Task[],
  { toolUseId, content, isError }: TaskResult,
): readonly Task[] {
  if (tasks.every((task) => task.toolUseId !== toolUseId)) return tasks;
  if (isError) return tasks.filter((task) => task.toolUseId !== toolUseId);
  // Source: program 2.1.332, "Task #1 created successfully: …".
  const id = /#(\d+)/.exec(content)?.[1];
  return tasks.map((task) =>
    task.toolUseId === toolUseId ? { ...task, toolUseId: null, id: id ?? task.id } : task,
  );
}

function todosOf(todos: unknown): readonly Task[] {
  if (!Array.isArray(todos)) return noTasks;
  return todos.map((todo: unknown): Task => {
    const { content, status, activeForm } = (todo ?? {}) as Readonly<Record<string, unknown>>;
    return {
      ...{ toolUseId: null, id: null },
      ...{ subject: textOf(content), doing: textOf(activeForm), status: statusOf(status) ?? 'pending' },
    };
  });
}

function statusOf(status: unknown): Task['status'] | null {
  return status === 'pending' || status === 'in_progress' || status === 'completed' ? status : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
