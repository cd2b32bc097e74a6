import type { AgentContext } from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import type { QuestionRequest } from '@postern/contract';
import type { OpenCalls } from './open-calls.ts';
import { answerQuestion, type Question } from './questions.ts';
import { answerInWords } from './word-questions.ts';

type Sidecar = Pick<PosternClient, 'approve' | 'answer'>;

/** The questions of a session that the editor shows now; each is withdrawn once it was answered elsewhere. */
export class SessionQuestions {
  readonly #sessionId: string;
  readonly #client: AgentContext;
  readonly #forms: boolean;
  readonly #calls: OpenCalls;
  readonly #open = new Map<string, AbortController>();

  /**
   * @param forms whether the editor can show forms to fill in
   * @param calls a question may be about one of them
   */
  constructor(
    facts: { readonly sessionId: string; readonly client: AgentContext; readonly forms: boolean },
    calls: OpenCalls,
  ) {
    this.#sessionId = facts.sessionId;
    this.#client = facts.client;
    this.#forms = facts.forms;
    this.#calls = calls;
  }

  async ask(question: Question, sidecar: Sidecar): Promise<void> {
    const { requestId } = question.data;
    const { signal } = this.#add(requestId);
    await answerQuestion(question, {
      sessionId: this.#sessionId,
      toolCallId: this.#calls.asked(question) ?? requestId,
      client: this.#client,
      sidecar,
      withdrawn: signal,
    });
    this.#open.delete(requestId);
  }

  async askInWords(request: QuestionRequest, sidecar: Sidecar): Promise<void> {
    const { requestId } = request;
    const { signal } = this.#add(requestId);
    const call = this.#calls.newest('AskUserQuestion');
    await answerInWords(request, {
      sessionId: this.#sessionId,
      toolCallId: request.from.type === 'agent' && call !== null ? call : requestId,
      client: this.#client,
      sidecar,
      withdrawn: signal,
      forms: this.#forms,
    });
    this.#open.delete(requestId);
  }

  withdraw(requestId: string): void {
    this.#open.get(requestId)?.abort();
    this.#open.delete(requestId);
  }

  withdrawAll(): void {
    for (const question of this.#open.values()) question.abort();
    this.#open.clear();
  }

  #add(requestId: string): AbortController {
    const withdrawn = new AbortController();
    this.#open.set(requestId, withdrawn);
    return withdrawn;
  }
}
