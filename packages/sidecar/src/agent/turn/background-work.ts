import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { QueryEvent } from '@postern/contract';
import type { TaskOutput } from '../child/index.ts';

/** How often the output of what runs in the background is read, in milliseconds. */
const readEveryMs = 1_000;

/** As much of a program as its work in the background needs. */
export interface BackgroundProgram {
  /** The end of what a task has printed; null where the program does not say. */
  readonly taskOutput: (taskId: string) => Promise<TaskOutput | null>;
  /** Ends a task; the model reads that with what is sent to it next. */
  readonly stopTask: (taskId: string) => Promise<void>;
}

type State = Extract<QueryEvent, { event: 'background_command' }>['data']['state'];

interface Command {
  readonly taskId: string;
  /** What was read of its output, in bytes. */
  readBytes: number;
  /** One read after the other. */
  reading: Promise<void>;
  isRunning: boolean;
}

/**
 * What the program runs in the background in one turn: commands that the model sent there, or that ran into their time limit. The turn goes on
 * until they have ended and the model knows it, so that nothing runs, and nothing is asked of a model, while no query is bound.
 * Source: SDK 0.3.332, `SDKBackgroundTasksChangedMessage`; measured: one that ends after the answer makes the program begin another one, one
 * that is stopped does not.
 */
export class BackgroundWork {
  readonly #program: BackgroundProgram;
  readonly #emit: (event: QueryEvent) => void;
  /** The calls that began the tasks, by task. */
  readonly #calls = new Map<string, string>();
  /** By the calls that began them. */
  readonly #commands = new Map<string, Command>();
  /** Ids of the tasks that run now, as the program lists them. */
  #live: ReadonlySet<string> = new Set();
  /** Something has ended and the model does not know it. */
  #owes = false;
  #isUsed = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(program: BackgroundProgram, emit: (event: QueryEvent) => void) {
    this.#program = program;
    this.#emit = emit;
  }

  /** Whether anything ran in the background in this turn. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** `running`: something runs; `owing`: nothing does, and the program will tell the model of something that ended. */
  get state(): 'none' | 'running' | 'owing' {
    if (this.#live.size > 0) return 'running';
    return this.#owes ? 'owing' : 'none';
  }

  hear(message: SDKMessage): void {
    if (message.type !== 'system') return;
    switch (message.subtype) {
      case 'status':
        // What has ended by now is in the call that follows.
        if (message.status === 'requesting') this.#owes = false;
        return;
      case 'background_tasks_changed':
        this.#live = new Set(
          message.tasks.filter(({ ambient }) => ambient !== true).map((task) => task.task_id),
        );
        this.#isUsed ||= this.#live.size > 0;
        this.#follow();
        return;
      case 'task_started':
        if (message.tool_use_id !== undefined) this.#calls.set(message.task_id, message.tool_use_id);
        if (message.is_backgrounded === true) this.#begun(message.task_id);
        return;
      case 'task_updated':
        // It ran into its time limit: it goes on in the background.
        if (message.patch.is_backgrounded === true) this.#begun(message.task_id);
        return;
      case 'task_notification':
        this.#ended(message.task_id, message.status);
        return;
      default:
    }
  }

  /** Stops the command of a call; nothing where none of it runs. */
  async stop(toolUseId: string): Promise<void> {
    const command = this.#commands.get(toolUseId);
    // One that ended meanwhile says so itself.
    if (command?.isRunning === true) await this.#program.stopTask(command.taskId).catch(() => undefined);
  }

  /** Settles when the end of everything that ended is reported. Nothing is reported after that. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    // The program may add a last line, with the exit code, after it has said that a command ended.
    for (const [toolUseId, command] of this.#commands) if (!command.isRunning) this.#read(toolUseId, command);
    await Promise.all([...this.#commands.values()].map(({ reading }) => reading));
    this.#isClosed = true;
  }

  #begun(taskId: string): void {
    this.#isUsed = true;
    const toolUseId = this.#calls.get(taskId);
    if (toolUseId === undefined || this.#commands.has(toolUseId)) return;
    this.#commands.set(toolUseId, { taskId, readBytes: 0, reading: Promise.resolve(), isRunning: true });
    this.#tell({ event: 'background_command', data: { toolUseId, state: 'running' } });
    this.#follow();
  }

  #ended(taskId: string, state: Exclude<State, 'running'>): void {
    // Of one that was stopped the model learns with what it is sent next.
    if (state !== 'stopped') this.#owes = true;
    const toolUseId = this.#calls.get(taskId) ?? '';
    const command = this.#commands.get(toolUseId);
    if (command?.isRunning !== true) return;
    command.isRunning = false;
    this.#read(toolUseId, command);
    command.reading = command.reading.then(() =>
      this.#tell({ event: 'background_command', data: { toolUseId, state } }),
    );
  }

  /** Reads along while something runs. */
  #follow(): void {
    clearInterval(this.#timer);
    if (this.#live.size === 0 || this.#isClosed) return;
    this.#timer = setInterval(() => {
      for (const [toolUseId, command] of this.#commands) {
        if (command.isRunning) this.#read(toolUseId, command);
      }
    }, readEveryMs).unref();
  }

  #read(toolUseId: string, command: Command): void {
    command.reading = command.reading
      .then(() => this.#program.taskOutput(command.taskId))
      .then((output) => {
        const piece = output === null ? null : added(output, command.readBytes);
        if (output === null || piece === null) return;
        command.readBytes = output.totalBytes;
        this.#tell({ event: 'background_output', data: { toolUseId, ...piece } });
      })
      // Only what it printed meanwhile is missing: the next read has it, and the model reads it for itself.
      .catch(() => undefined);
  }

  #tell(event: QueryEvent): void {
    if (!this.#isClosed) this.#emit(event);
  }
}

/** What a task printed after the first `readBytes` bytes, as far as the end that is known reaches; null where nothing came. */
function added(
  { output, totalBytes }: TaskOutput,
  readBytes: number,
): { readonly text: string; readonly skippedBytes?: number } | null {
  const newBytes = totalBytes - readBytes;
  if (newBytes <= 0 || output === '') return null;
  const known = Buffer.from(output);
  const skippedBytes = newBytes - known.length;
  if (skippedBytes > 0) return { text: output, skippedBytes };
  return { text: known.subarray(known.length - newBytes).toString('utf8') };
}
