import type { PromptResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import type { CredentialRef } from '@postern/contract';
import type { Notice } from './notices.ts';
import { planWindows, windowNotices } from './plan-windows.ts';
import { type Result, resultOf } from './turn-end.ts';
import { usageUpdate } from './usage-update.ts';

type UsageClient = Pick<PosternClient, 'usage'>;

/** How an editor gets to know of money. */
interface Shown {
  readonly notice: (notice: Notice) => Promise<void>;
  readonly update: (update: SessionUpdate) => Promise<void>;
  /** Whether it takes `usage_update`. */
  readonly usage: boolean;
}

/** Who pays in a session, and what its turns have cost. */
export class SessionMoney {
  /** Who pays now, as far as it is known. */
  payer: CredentialRef | null = null;
  readonly #shown: Shown;
  /** The payer whose plan windows were said; once for each in turn is enough. */
  #windowsToldOf: string | null = null;
  /** US dollars; null where the session had turns before it was opened here. */
  #costUsd: number | null;

  /** @param isNew it has no turn yet */
  constructor(isNew: boolean, shown: Shown) {
    this.#costUsd = isNew ? 0 : null;
    this.#shown = shown;
  }

  /** This credential pays from now on. Gives whether another one did before. */
  async paidBy(credential: CredentialRef, sidecar: UsageClient): Promise<boolean> {
    const isNew = this.payer?.id !== credential.id;
    this.payer = credential;
    if (this.#windowsToldOf !== credential.id) {
      this.#windowsToldOf = credential.id;
      const windows = await planWindows(sidecar, credential.id);
      for (const { title, text } of windowNotices(credential.id, windows))
        await this.#shown.notice(['warning', title, text]);
    }
    return isNew;
  }

  /** The answer to a prompt, with what its turn cost. @param payer who paid for it: the session's may be another meanwhile */
  async finished(result: Result, payer: CredentialRef | null, sidecar: UsageClient): Promise<PromptResponse> {
    const windows = await planWindows(sidecar, payer?.id ?? null);
    if (this.#costUsd !== null) this.#costUsd += result.costUsd;
    const update = usageUpdate(result, this.#costUsd, payer, windows);
    if (update !== null && this.#shown.usage) await this.#shown.update(update);
    return resultOf(result, payer, windows);
  }
}
