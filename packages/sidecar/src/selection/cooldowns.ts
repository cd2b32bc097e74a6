import { type ErrorCode, isErrorCode } from '@postern/contract';
import { z } from 'zod';
import { type Clock, type CooldownReason, defaultCooldownMs } from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import { type Fingerprint, versionOf } from './fingerprint.ts';
import { legacyCooldowns } from './legacy-cooldowns.ts';
import { parsedOnce } from './parsed-once.ts';

/** What a cooldown is about: a credential, as long as its token, key or login stays the same. */
export interface CooldownSubject {
  readonly id: string;
  readonly fingerprint: Fingerprint;
}

/** A credential, or one model under it, is not tried before `untilMs` (Unix ms). */
export interface Cooldown {
  readonly untilMs: number;
  readonly reason: CooldownReason;
  /** The error table's word for why; null where it has none. */
  readonly code: ErrorCode | null;
  /** The plan window that is used up, where the refusal named one. */
  readonly window?: string;
}

/** Cooldowns as they stand at one moment. */
export interface RunningCooldowns {
  /** False where nothing was ever noted of this credential: its fingerprint need not be looked up. */
  has(credentialId: string): boolean;
  /** The one that ends last, of those of the whole credential and of `model`; null where none runs. */
  of(subject: CooldownSubject, model: string | null): Cooldown | null;
  /** The used-up window that is over then (Unix ms), where a refusal named it; null where none did. */
  windowOf(credentialId: string, untilMs: number): string | null;
}

/** Cooldowns of every credential, kept in the store, so that they outlive a restart. */
export interface Cooldowns {
  running(): RunningCooldowns;
  /**
   * Replaces the cooldown of the credential, or of one model under it: `model` as a plan window names it (`opus`), null for the whole
   * credential. @throws StoreError
   */
  start(subject: CooldownSubject, model: string | null, cooldown: Cooldown): void;
  /** Ends those of the whole credential and of `model`. @throws StoreError */
  end(credentialId: string, model: string | null): void;
  /** Ends all of a credential, after a new sign-in. Never throws. */
  forget(credentialId: string): void;
}

const documentName = 'cooldowns';
/** No plan window is longer than a week: a later reset is a mistake. */
const longestMs = 8 * 24 * 3_600_000;

const entrySchema = z.object({
  credentialId: z.string(),
  model: z.string().nullable(),
  fingerprint: z.string(),
  untilMs: z.number(),
  reason: z.enum(['auth_failure', 'usage_limit']),
  code: z.string().nullable(),
  window: z.string().optional(),
});

/** One cooldown as it is stored. */
export type CooldownEntry = z.infer<typeof entrySchema>;

/**
 * When a cooldown ends (Unix ms): at the reset that was named, at most eight days from now; five minutes from now where none was named,
 * it is past, or only the user can lift the rejection.
 */
export function cooldownEndMs(resetsAtMs: number | null, nowMs: number): number {
  const namedMs = resetsAtMs !== null && resetsAtMs > nowMs ? resetsAtMs : nowMs + defaultCooldownMs;
  return Math.min(namedMs, nowMs + longestMs);
}

/** Opens them. Those that an earlier version left are taken over once. */
export function createCooldowns(deps: {
  readonly documents: Store['documents'];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): Cooldowns {
  const { documents, clock } = deps;
  const legacy = documents.read(documentName) === null ? legacyCooldowns(documents) : [];
  if (legacy.length > 0) {
    try {
      documents.update(documentName, (current) => current ?? legacy);
    } catch (error) {
      deps.log(`cooldowns of an earlier version hold, but are not kept: ${loggableError(error)}`);
    }
  }
  const entriesOf = parsedOnce((document): readonly CooldownEntry[] => {
    if (document === null) return legacy;
    const parsed = z.array(entrySchema).safeParse(document);
    return parsed.success ? parsed.data : [];
  });

  function remove(isOver: (each: CooldownEntry) => boolean): void {
    if (!entriesOf(documents.read(documentName)).some(isOver)) return;
    documents.update(documentName, (current) => entriesOf(current).filter((each) => !isOver(each)));
  }

  return {
    running() {
      const entries = entriesOf(documents.read(documentName));
      const nowMs = clock();
      return {
        has: (credentialId) => entries.some((each) => each.credentialId === credentialId),
        of({ id, fingerprint }, model) {
          const running = entries.filter(
            (each) =>
              each.credentialId === id &&
              isOfSame(each, fingerprint) &&
              (each.model === null || each.model === model) &&
              each.untilMs > nowMs,
          );
          const [last] = running.toSorted((a, b) => b.untilMs - a.untilMs);
          return last === undefined ? null : cooldownOf(last);
        },
        windowOf(credentialId, untilMs) {
          const named = entries.find(
            (each) =>
              each.credentialId === credentialId && each.window !== undefined && each.untilMs === untilMs,
          );
          return named?.window ?? null;
        },
      };
    },
    start({ id, fingerprint }, model, cooldown) {
      const entry: CooldownEntry = { credentialId: id, model, fingerprint, ...cooldown };
      const nowMs = clock();
      documents.update(documentName, (current) => [
        ...entriesOf(current).filter(
          (each) => each.untilMs > nowMs && !(each.credentialId === id && each.model === model),
        ),
        entry,
      ]);
    },
    end(credentialId, model) {
      remove((each) => each.credentialId === credentialId && (each.model === null || each.model === model));
    },
    forget(credentialId) {
      try {
        remove((each) => each.credentialId === credentialId);
      } catch (error) {
        deps.log(`a cooldown that is over was not removed: ${loggableError(error)}`);
      }
    },
  };
}

/**
 * Whether it is about this token, key or login. A plan is used up whatever token asks: a renewal does not lift that, and where the service
 * answers all the same, the next call would cost extra. A new sign-in ends it (`forget`).
 */
function isOfSame({ fingerprint: noted, reason }: CooldownEntry, fingerprint: Fingerprint): boolean {
  if (noted === fingerprint) return true;
  return reason === 'usage_limit' && versionOf(noted) !== null && versionOf(fingerprint) !== null;
}

function cooldownOf({ untilMs, reason, code }: CooldownEntry): Cooldown {
  return { untilMs, reason, code: code !== null && isErrorCode(code) ? code : null };
}
