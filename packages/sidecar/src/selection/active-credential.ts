import type { AuthStatus, CredentialRef } from '@postern/contract';
import { type Clock, instant } from '../credentials/index.ts';
import type { Selection } from './selection.ts';

/** Which credential would pay now, since when, and why it and not another. */
export interface ActiveCredential {
  read(): Promise<AuthStatus['activeCredential']>;
  /** True where a credential other than `credential` could take over. */
  hasFallback(kind: CredentialRef['kind']): Promise<boolean>;
}

export function createActiveCredential(deps: {
  readonly selection: Pick<Selection, 'choose' | 'candidates'>;
  readonly clock: Clock;
}): ActiveCredential {
  let last: { readonly id: string; readonly reason: string; readonly sinceMs: number } | null = null;
  return {
    async read() {
      const choice = await deps.selection.choose({ dryRun: true, refusedKeys: 'out' });
      if (!('credential' in choice)) {
        last = null;
        return null;
      }
      const { credential } = choice;
      const reason = choice.reason;
      if (last?.id !== credential.id || last.reason !== reason)
        last = { id: credential.id, reason, sinceMs: deps.clock() };
      return { ...credential, since: instant(last.sinceMs), reason };
    },
    async hasFallback(kind) {
      const candidates = await deps.selection.candidates();
      return candidates.some((each) => each.ref.kind !== kind && each.usable);
    },
  };
}
