import type { CredentialRef, DeniedBy, Receipt, ReceiptPart, Task, TokenUsage } from '@postern/contract';
import type { Failure } from '../format/index.ts';

/** What a tool gave back. */
export interface ToolResult {
  readonly content: string;
  readonly isError: boolean;
  /** Who did not allow it; null where it was done or failed. */
  readonly deniedBy: DeniedBy | null;
  readonly path: string | null;
  readonly diff: string | null;
}

/** A command that runs on in the background while the agent goes on, or that did. */
export interface BackgroundCommand {
  readonly state: 'running' | 'completed' | 'failed' | 'stopped';
  /** What it has printed, as far as it is known here. */
  readonly output: string;
}

/** One thing in a conversation as it is drawn. `key` is unique in its thread and never changes. */
export type ThreadItem =
  | {
      readonly type: 'user';
      readonly key: string;
      readonly text: string;
      /** What its files are called. */
      readonly files: readonly string[];
      /** Names it for undoing; absent where it was not sent through Postern, or before its query has a name. */
      readonly promptId?: string;
    }
  | {
      readonly type: 'text';
      readonly key: string;
      readonly text: string;
      /** The model's safeguards stopped it: it is no answer. */
      readonly withheld?: true;
    }
  /** How an answer ended that did not come to its own end, and what is missing in the history. */
  | { readonly type: 'note'; readonly key: string; readonly text: string }
  | { readonly type: 'thinking'; readonly key: string; readonly text: string }
  | {
      readonly type: 'tool';
      readonly key: string;
      readonly toolUseId: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
      /** Null while it runs. */
      readonly result: ToolResult | null;
      /** What the subagent that it started does and says; empty for other tools. */
      readonly inside: readonly ThreadItem[];
      /** How reading what the subagent did stands; absent where it was not asked for, or is here. */
      readonly reading?: 'loading' | 'failed' | 'empty';
      /** Absent where the command ran within its call, or where this window did not follow it. */
      readonly background?: BackgroundCommand;
    }
  /** What the agent means to do, as far as this turn has brought it. */
  | { readonly type: 'tasks'; readonly key: string; readonly tasks: readonly Task[] }
  /** What was said before was summarized for the model; null where it is not known how much is left. */
  | {
      readonly type: 'compacted';
      readonly key: string;
      readonly beforeTokens: number;
      readonly afterTokens: number | null;
    }
  /** A question that was answered with no, or ran out: about a tool, or about an account that would have paid. */
  | { readonly type: 'denied'; readonly key: string; readonly what: string | CredentialRef }
  /** A question that another window or the terminal had answered when this window did. */
  | { readonly type: 'answered_elsewhere'; readonly key: string }
  | {
      readonly type: 'switched';
      readonly key: string;
      readonly from: CredentialRef;
      readonly to: CredentialRef;
      readonly reason: string;
    }
  | {
      readonly type: 'limit';
      readonly key: string;
      readonly window: string;
      readonly resetsAt: string | null;
      readonly status: string;
    }
  /** The program itself switched to another model. */
  | { readonly type: 'model'; readonly key: string; readonly from: string; readonly to: string }
  | {
      readonly type: 'waiting';
      readonly key: string;
      readonly until: string;
      readonly window: string;
      readonly isOver: boolean;
    }
  | { readonly type: 'stopped'; readonly key: string }
  | { readonly type: 'error'; readonly key: string; readonly failure: Failure }
  | {
      readonly type: 'receipt';
      readonly key: string;
      readonly receiptId: string;
      /** Its prompt, where it comes from the history. */
      readonly promptId?: string;
      /** How its turn ended, where nothing else here says that: in the history. */
      readonly outcome?: Receipt['outcome'];
      /** US dollars beyond the whole that calls may have cost of which no usage came. */
      readonly notReportedUsd?: number;
      /** Who paid what: what is shown is one amount for each credential. */
      readonly parts: readonly ReceiptPart[];
      readonly usage: TokenUsage;
      readonly costUsd: number;
      readonly durationMs: number;
    };
