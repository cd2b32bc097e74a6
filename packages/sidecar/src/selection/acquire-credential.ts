import type { CredentialRef } from '@postern/contract';
import type { Choice } from '../credentials/index.ts';
import { isDelegatedKind } from './choose-credential.ts';
import type { AskChoice } from './fallback-questions.ts';
import type { WaitChoice } from './reset-waits.ts';
import type { ResolvedCredential } from './resolve-credential.ts';
import { type Unavailability, unavailabilityOf } from './unavailability.ts';

/** How a choice becomes a credential that can be sent. */
export interface AcquireSteps {
  /** One decision of the policy, without what was found unavailable on the way. */
  readonly choose: (unavailable: ReadonlyMap<string, Unavailability>) => Promise<Choice>;
  /** Puts the policy's question to the user; null where the question itself is the outcome. */
  readonly ask: ((choice: AskChoice) => Promise<void>) | null;
  /** Waits for a plan's reset; null where having to wait is itself the outcome. */
  readonly wait: ((choice: WaitChoice) => Promise<void>) | null;
  /** Gets what is sent, renewing it where that is due; null for a dry run. */
  readonly resolve: ((ref: CredentialRef) => Promise<ResolvedCredential>) | null;
  /** Of a credential's sign-in now; null where it has none. */
  readonly versionOf: (id: string) => Promise<number | null>;
  /** Credentials found unavailable; what is found on the way is added. */
  readonly unavailable: Map<string, Unavailability>;
  readonly signal: AbortSignal | null;
  readonly log: (line: string) => void;
}

/** `resolved` is null for a dry run, and for a kind whose own program signs in for itself. */
export type Acquired =
  | (Extract<Choice, { do: 'use' }> & { readonly resolved: ResolvedCredential | null })
  | Exclude<Choice, { do: 'use' }>
  | { readonly do: 'aborted' };

/**
 * The one way to a credential: choose, ask where the policy says so, get what is sent; what cannot be had is left out and the policy
 * decides again. Never throws for a credential that cannot be had.
 */
export async function acquireCredential(steps: AcquireSteps): Promise<Acquired> {
  const { unavailable, signal } = steps;
  while (signal?.aborted !== true) {
    const choice = await steps.choose(unavailable);
    if (choice.do === 'stop') return choice;
    if (choice.do === 'ask') {
      if (steps.ask === null) return choice;
      await steps.ask(choice);
      continue;
    }
    if (choice.do === 'wait') {
      if (steps.wait === null) return choice;
      await steps.wait(choice);
      // What was found used up in this very request may be had again.
      unavailable.delete(choice.credential.id);
      continue;
    }
    const { credential } = choice;
    if (steps.resolve === null || isDelegatedKind(credential.kind)) return { ...choice, resolved: null };
    try {
      return { ...choice, resolved: await steps.resolve(credential) };
    } catch (error) {
      const version = await steps.versionOf(credential.id);
      unavailable.set(credential.id, { ...unavailabilityOf(error, steps.log), version });
    }
  }
  return { do: 'aborted' };
}
