import type { QueryRequest } from '@postern/contract';

/** What the user asks for: a prompt with what goes with it. */
export interface Asked {
  readonly prompt: string;
  readonly workspace: string | null;
  readonly model: string | null;
  readonly files: readonly string[];
  /** Whether it may call a command of the workspace. */
  readonly mayBeCommand: boolean;
}

/** What was sent while an answer was under way: it goes out when that has ended. */
export interface QueuedMessage extends Asked {
  /** The answer was stopped or broke off, so the user decides. */
  readonly isHeld: boolean;
}

/** One message for what was sent one after the other. */
export function withAsked(queued: QueuedMessage | null, asked: Asked): QueuedMessage {
  if (queued === null) return { ...asked, isHeld: false };
  return {
    ...asked,
    prompt: `${queued.prompt}\n\n${asked.prompt}`,
    files: [...new Set([...queued.files, ...asked.files])],
    // A command is the whole message.
    mayBeCommand: false,
    isHeld: queued.isHeld,
  };
}

/** The queued message, once its answer is stopped or has broken off. */
export function held(queued: QueuedMessage | null): QueuedMessage | null {
  return queued === null ? null : { ...queued, isHeld: true };
}

/** The request that sends it in a conversation. One that never began still has the folder that was chosen for it. */
export function requestOf(
  conversation: { readonly conversationId: string | null; readonly workspace: string | null },
  { prompt, model, files, mayBeCommand, ...asked }: Asked,
): QueryRequest {
  const { conversationId } = conversation;
  const workspace = asked.workspace ?? (conversationId === null ? conversation.workspace : null);
  return {
    prompt,
    ...(conversationId === null ? {} : { conversationId }),
    ...(workspace === null ? {} : { workspace }),
    ...(model === null ? {} : { model }),
    ...(mayBeCommand ? { commands: true } : {}),
    ...(files.length === 0 ? {} : { attachments: files.map((path) => ({ path })) }),
  };
}
