import type { Question } from './questions.ts';
import { madeChange, questionedChange, type ShownChange, type ToolResult } from './tool-updates.ts';

interface OpenCall {
  readonly name: string;
  readonly input: string;
  readonly change: ShownChange;
}

/** Calls of tools that have not ended: a tool's question may be about one of them. */
export class OpenCalls {
  readonly #calls = new Map<string, OpenCall>();

  add(toolUseId: string, name: string, input: unknown, change: ShownChange): void {
    this.#calls.set(toolUseId, { name, input: JSON.stringify(input), change });
  }

  /** It has ended. Gives the change that it showed; of a whole file that was written without a question, with what was there before. */
  end(result: ToolResult): ShownChange {
    const call = this.#calls.get(result.toolUseId);
    this.#calls.delete(result.toolUseId);
    if (call === undefined) return null;
    if (call.change !== 'shown' || call.name !== 'Write') return call.change;
    return madeChange(call.name, JSON.parse(call.input), result) ?? 'shown';
  }

  /**
   * The call that a question is shown in; null where there is none. Once its change is made, it is shown again alone: the question took its
   * place, and knew more of it.
   */
  asked(question: Question): string | null {
    const toolUseId = this.#about(question);
    const call = toolUseId === null ? undefined : this.#calls.get(toolUseId);
    if (toolUseId === null || call === undefined || question.event !== 'permission_request') return toolUseId;
    if (call.change !== null)
      this.#calls.set(toolUseId, { ...call, change: questionedChange(question.data) });
    return toolUseId;
  }

  clear(): void {
    this.#calls.clear();
  }

  /** The newest call of a tool; null where none is open. */
  newest(name: string): string | null {
    return [...this.#calls].findLast(([, call]) => call.name === name)?.[0] ?? null;
  }

  /** The call that a tool's question is about: the newest that is open with this input. */
  #about(question: Question): string | null {
    if (question.event !== 'permission_request') return null;
    const { toolName } = question.data;
    const input = JSON.stringify(question.data.input);
    const isIt = ([, call]: readonly [string, OpenCall]) => call.name === toolName && call.input === input;
    return [...this.#calls].findLast(isIt)?.[0] ?? null;
  }
}
