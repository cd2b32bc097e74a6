import type { StoreHealth, StoreKind } from '@postern/contract';
import { keychainSentences } from './keychain-error.ts';
import type { KeyState } from './sealing-key.ts';

/** What the store's health is derived from: what went wrong and has not gone right since. */
export interface StoreHealthTracker {
  /** `onlyInMemory`: the caller keeps it in memory and will try again. */
  noteWriteFailed(record: string, sentence: string, onlyInMemory: boolean): void;
  noteWritten(record: string): void;
  /** Something was set aside; said until the process ends. */
  noteDamaged(sentence: string): void;
  health(): StoreHealth;
}

export interface StoreHealthTrackerDeps {
  readonly kind: () => StoreKind;
  /** Why it is this kind, if it was not requested; else null. */
  readonly why: () => string | null;
  readonly keyState: () => KeyState;
  /** Why nothing can be written, sealed or not; null where it can. */
  readonly writing: () => string | null;
  /** What became of sealed records. */
  readonly keyNotes: () => readonly string[];
}

const locations: { readonly [K in StoreKind]: string } = {
  os_keychain: 'Sign-ins are sealed on this disk; their key is in the keychain.',
  passphrase_file: 'Sign-ins are sealed on this disk under your passphrase.',
  memory: 'Sign-ins and keys live in memory and end when Postern stops.',
};

/** Watches one store. */
export function createStoreHealthTracker({
  kind: kindNow,
  why: whyNow,
  keyState,
  writing,
  keyNotes,
}: StoreHealthTrackerDeps): StoreHealthTracker {
  const failed = new Map<string, { readonly sentence: string; readonly onlyInMemory: boolean }>();
  const damaged = new Set<string>();
  return {
    noteWriteFailed(record, sentence, onlyInMemory) {
      failed.set(record, { sentence, onlyInMemory });
    },
    noteWritten(record) {
      // A full disk that takes one record takes the next: only what is held in memory is still owed.
      for (const [other, { onlyInMemory }] of failed)
        if (other === record || !onlyInMemory) failed.delete(other);
    },
    noteDamaged(sentence) {
      damaged.add(sentence);
    },
    health() {
      const [kind, why, state] = [kindNow(), whyNow(), keyState()];
      const trouble = kind === 'memory' || state === 'untried' || state === 'ready' ? null : state;
      const failures = [...failed.values()];
      const unwritable = writing();
      const sentences = [
        ...new Set([
          ...failures.map(({ sentence }) => sentence),
          ...(unwritable === null ? [] : [unwritable]),
        ]),
        ...(trouble === null ? [] : [keychainSentences[trouble]]),
        ...damaged,
        ...keyNotes(),
        ...(why === null ? [] : [why]),
        locations[kind],
      ];
      return {
        kind,
        persisted: kind !== 'memory' && !failures.some(({ onlyInMemory }) => onlyInMemory),
        healthy: failures.length === 0 && trouble === null && unwritable === null,
        detail: sentences.join(' '),
      };
    },
  };
}
