import {
  type ConversationItem,
  type CredentialRef,
  type DeniedBy,
  gapInWords,
  type ReceiptPart,
  type TokenUsage,
} from '@postern/contract';
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

/** One thing in a conversation as it is drawn. `key` is unique in its thread and never changes. */
export type ThreadItem =
  | { readonly type: 'user'; readonly key: string; readonly text: string; readonly files: readonly string[] }
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
    }
  /** A question that was answered with no, or ran out. */
  | { readonly type: 'denied'; readonly key: string; readonly what: string }
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
      /** Who paid what: what is shown is one amount for each credential. */
      readonly parts: readonly ReceiptPart[];
      readonly usage: TokenUsage;
      readonly costUsd: number;
      readonly durationMs: number;
    };

/** Items from the history, in the order they were said. Keys start with `prefix`, which must be new for each page. */
export function itemsOfHistory(history: readonly ConversationItem[], prefix: string): readonly ThreadItem[] {
  const items: ThreadItem[] = [];
  const toolIndex = new Map<string, number>();
  history.forEach((said, index) => {
    const key = `${prefix}.${index}`;
    switch (said.type) {
      case 'user':
        items.push({ type: 'user', key, text: said.text, files: [] });
        break;
      case 'assistant_text':
        items.push({ type: 'text', key, text: said.text, ...(said.withheld ? { withheld: true } : {}) });
        break;
      case 'thinking':
        items.push({ type: 'thinking', key, text: said.text });
        break;
      case 'tool_use':
        toolIndex.set(said.toolUseId, items.length);
        items.push({
          type: 'tool',
          key,
          toolUseId: said.toolUseId,
          name: said.name,
          input: said.input,
          result: null,
        });
        break;
      case 'tool_result': {
        const at = toolIndex.get(said.toolUseId);
        const tool = at === undefined ? undefined : items[at];
        if (at !== undefined && tool?.type === 'tool')
          items[at] = {
            ...tool,
            result: {
              content: said.content,
              isError: said.isError,
              deniedBy: said.deniedBy ?? null,
              path: null,
              diff: null,
            },
          };
        break;
      }
      case 'gap':
        items.push({ type: 'note', key, text: gapInWords(said.reason) });
        break;
    }
  });
  return items;
}
