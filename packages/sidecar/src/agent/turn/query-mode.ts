import type { PermissionMode, QueryEvent } from '@postern/contract';
import { type AgentChild, permissionModeOf } from '../child/index.ts';

type ModeChange = Extract<QueryEvent, { event: 'permission_mode_changed' }>;
type Reason = ModeChange['data']['reason'];

/** How much a query may do without a question: what it began with, until the user says otherwise. It goes from turn to turn with the query. */
export class QueryMode {
  #current: PermissionMode;
  #child: Pick<AgentChild, 'changePermissionMode'> | null = null;
  readonly #onChange: (() => void) | undefined;
  #emit: (event: ModeChange) => void = () => undefined;

  constructor(first: PermissionMode, onChange?: () => void) {
    this.#current = first;
    this.#onChange = onChange;
  }

  get current(): PermissionMode {
    return this.#current;
  }

  /** Whose changes are events of its query. */
  announceTo(emit: (event: ModeChange) => void): void {
    this.#emit = emit;
  }

  /** A program serves the query. Gives the function to be called when it no longer does. */
  serve(child: Pick<AgentChild, 'changePermissionMode'>): () => void {
    this.#child = child;
    return () => {
      if (this.#child === child) this.#child = null;
    };
  }

  /** The user's choice, from the next tool call on. What is asked already stays asked. */
  async choose(mode: PermissionMode): Promise<void> {
    await this.#change(mode, 'user');
  }

  /** The user let it carry out its plan. */
  async planApproved(): Promise<void> {
    if (this.#current === 'plan') await this.#change('ask', 'plan_approved');
  }

  async #change(to: PermissionMode, reason: Reason): Promise<void> {
    const from = this.#current;
    if (to === from) return;
    this.#set(to, reason);
    try {
      await this.#child?.changePermissionMode(permissionModeOf(to));
    } catch (error) {
      // A program that stays and refuses goes on as before, and nothing may say otherwise.
      if (this.#current === to) this.#set(from, reason);
      throw error;
    }
  }

  #set(to: PermissionMode, reason: Reason): void {
    const from = this.#current;
    this.#current = to;
    this.#onChange?.();
    this.#emit({ event: 'permission_mode_changed', data: { from, to, reason } });
  }
}
