import type { Question } from './questions.ts';

/** Calls of tools that have not ended: a tool's question may be about one of them. */
export class OpenCalls {
  readonly #calls = new Map<string, { readonly name: string; readonly input: string }>();

  add(toolUseId: string, name: string, input: unknown): void {
    this.#calls.set(toolUseId, { name, input: JSON.stringify(input) });
  }

  delete(toolUseId: string): void {
    this.#calls.delete(toolUseId);
  }

  clear(): void {
    this.#calls.clear();
  }

  /** The newest call of a tool; null where none is open. */
  newest(name: string): string | null {
    return [...this.#calls].findLast(([, call]) => call.name === name)?.[0] ?? null;
  }

  /** The call that a tool's question is about: the newest that is open with this input. */
  about(question: Question): string | null {
    if (question.event !== 'permission_request') return null;
    const { toolName } = question.data;
    const input = JSON.stringify(question.data.input);
    const isIt = ([, call]: readonly [string, { name: string; input: string }]) =>
      call.name === toolName && call.input === input;
    return [...this.#calls].findLast(isIt)?.[0] ?? null;
  }
}
