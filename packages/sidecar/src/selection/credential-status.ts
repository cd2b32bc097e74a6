import type { ErrorCode } from '@postern/contract';
import { z } from 'zod';
import type { AccessTokens } from '../access-token/index.ts';
import {
  type Candidate,
  type Clock,
  type CooldownReason,
  credentialRef,
  firstIdOf,
  payerOf,
  type SignIn,
  standingOf,
} from '../credentials/index.ts';
import { Failure } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Store } from '../store/index.ts';
import { type Fingerprint, versionFingerprint, versionOf } from './fingerprint.ts';

/** A candidate with the version of its token: whoever remembers a refusal remembers which token it was about. */
export interface CredentialEntry {
  readonly candidate: Candidate;
  /** Null for kinds that have no versions. */
  readonly version: number | null;
  /** True for a key that was refused and is still the same key. */
  readonly wasRefused: boolean;
}

/** How every credential stands that Postern holds itself: what the store knows, and what calls have shown. */
export interface CredentialStatus {
  /** One entry of each kind at least; of a kind, the oldest first. */
  entries(): Promise<readonly CredentialEntry[]>;
  /** It is not tried before `untilMs`, unless its fingerprint changes first. */
  rest(id: string, fingerprint: Fingerprint, reason: CooldownReason, code: ErrorCode, untilMs: number): void;
  noteRejectedKey(id: string, key: Secret): void;
  /** The token that a forced refresh had just brought was rejected as well: the sign-in cools down. */
  noteRejectedAgain(id: string, version: number): Promise<void>;
  /** A call was accepted with this token or key: durable where it is news, free where it is not. */
  noteAccepted(id: string, fingerprint: Fingerprint): Promise<void>;
}

const cooldownsName = 'credential_cooldowns';
const keysName = 'api_key_outcomes';

const cooldownsSchema = z.record(
  z.string(),
  z.object({
    untilMs: z.number(),
    reason: z.enum(['auth_failure', 'usage_limit']),
    code: z.string(),
    proof: z.string(),
  }),
);
const keysSchema = z.record(
  z.string(),
  z.object({ proof: z.string(), outcome: z.enum(['accepted', 'refused']), atMs: z.number() }),
);
type Cooldowns = z.infer<typeof cooldownsSchema>;
type KeyOutcomes = z.infer<typeof keysSchema>;

/** What the status is built from. */
export interface CredentialStatusDeps {
  readonly accessTokens: Pick<AccessTokens, 'current' | 'noteAccepted' | 'noteRejectedAgain'>;
  readonly store: Pick<Store, 'signIns' | 'apiKeys' | 'documents'>;
  readonly clock: Clock;
  readonly sandbox: boolean;
}

/** Cooldowns and outcomes of keys outlive a restart, as documents. */
export function createCredentialStatus(deps: CredentialStatusDeps): CredentialStatus {
  const { accessTokens, store, clock, sandbox } = deps;
  /** Credential → what was last accepted in this process. */
  const accepted = new Map<string, Fingerprint>();
  const cooldowns = (): Cooldowns => parse(cooldownsSchema, store.documents.read(cooldownsName));
  const keyOutcomes = (): KeyOutcomes => parse(keysSchema, store.documents.read(keysName));

  async function oauthEntry(id: string, rested: Cooldowns[string] | undefined): Promise<CredentialEntry> {
    const ref = { id, kind: 'oauth' as const, payer: payerOf('oauth', sandbox) };
    const nowMs = clock();
    try {
      const record = await accessTokens.current(id);
      const stored = rested?.proof === versionFingerprint(record.version) ? rested : undefined;
      const { usable, code, retryAtMs } = standingOf(record, nowMs);
      const rest = restOf(record, stored, nowMs);
      const candidate: Candidate = {
        ref,
        usable,
        reason: code ?? rest?.code ?? null,
        cooldownUntilMs: usable ? (rest?.untilMs ?? null) : retryAtMs,
        cooldownReason: usable ? (rest?.reason ?? null) : 'auth_failure',
        acceptedAtMs: record.acceptedAtMs,
      };
      return { candidate, version: record.version, wasRefused: false };
    } catch (error) {
      return { candidate: unreadable(ref, error), version: null, wasRefused: false };
    }
  }

  async function keyEntry(id: string, rest: Cooldowns[string] | undefined): Promise<CredentialEntry> {
    const ref = { id, kind: 'api_key' as const, payer: payerOf('api_key', sandbox) };
    const outcome = keyOutcomes()[id];
    try {
      // The key is opened only where a note has to be compared with it.
      const fingerprint =
        outcome === undefined && rest === undefined
          ? null
          : ((await store.apiKeys.read(id))?.fingerprint() ?? null);
      const isResting = rest !== undefined && rest.proof === fingerprint && rest.untilMs > clock();
      const known = outcome?.proof === fingerprint ? outcome : undefined;
      const wasRefused = known?.outcome === 'refused';
      const candidate: Candidate = {
        ref,
        usable: true,
        reason: isResting ? codeOf(rest.code) : wasRefused ? 'api_key_rejected' : null,
        cooldownUntilMs: isResting ? rest.untilMs : null,
        cooldownReason: isResting ? rest.reason : null,
        acceptedAtMs: known?.outcome === 'accepted' ? known.atMs : null,
      };
      return { candidate, version: null, wasRefused };
    } catch (error) {
      return { candidate: unreadable(ref, error), version: null, wasRefused: false };
    }
  }

  function changeKeyOutcome(id: string, fingerprint: Fingerprint, outcome: 'accepted' | 'refused'): void {
    store.documents.update(keysName, (current) => ({
      ...parse(keysSchema, current),
      [id]: { proof: fingerprint, outcome, atMs: clock() },
    }));
  }

  function forgetRest(id: string): void {
    if (cooldowns()[id] === undefined) return;
    store.documents.update(cooldownsName, (current) => {
      const { [id]: _gone, ...others } = parse(cooldownsSchema, current);
      return others;
    });
  }

  return {
    async entries() {
      const signIns = store.signIns.ids();
      const keys = store.apiKeys.ids();
      const rests = cooldowns();
      return [
        ...(signIns.length === 0
          ? [absent('oauth')]
          : await Promise.all(signIns.map((id) => oauthEntry(id, rests[id])))),
        ...(keys.length === 0
          ? [absent('api_key')]
          : await Promise.all(keys.map((id) => keyEntry(id, rests[id])))),
      ];
    },
    rest(id, fingerprint, reason, code, untilMs) {
      accepted.delete(id);
      const nowMs = clock();
      store.documents.update(cooldownsName, (current) => ({
        ...Object.fromEntries(
          Object.entries(parse(cooldownsSchema, current)).filter(([, each]) => each.untilMs > nowMs),
        ),
        [id]: { untilMs, reason, code, proof: fingerprint },
      }));
    },
    noteRejectedKey(id, key) {
      accepted.delete(id);
      changeKeyOutcome(id, key.fingerprint(), 'refused');
    },
    async noteRejectedAgain(id, version) {
      accepted.delete(id);
      await accessTokens.noteRejectedAgain(id, version);
    },
    async noteAccepted(id, fingerprint) {
      if (accepted.get(id) === fingerprint) return;
      accepted.set(id, fingerprint);
      const version = versionOf(fingerprint);
      if (version === null) changeKeyOutcome(id, fingerprint, 'accepted');
      else await accessTokens.noteAccepted(id, version);
      forgetRest(id);
    },
  };

  function absent(kind: 'oauth' | 'api_key'): CredentialEntry {
    const ref = { ...credentialRef(kind, sandbox), id: firstIdOf(kind) };
    return { candidate: unusable(ref, 'not_signed_in'), version: null, wasRefused: false };
  }
}

interface Rest {
  readonly untilMs: number;
  readonly reason: CooldownReason;
  readonly code: ErrorCode | null;
}

/** The longer of the two rests: the lifecycle's after a refusal, and what calls have shown. */
function restOf(record: SignIn, stored: Cooldowns[string] | undefined, nowMs: number): Rest | null {
  const own: Rest | null =
    record.cooldown === null || record.cooldown.version !== record.version
      ? null
      : { untilMs: record.cooldown.untilMs, reason: 'auth_failure', code: null };
  const noted: Rest | null = stored === undefined ? null : { ...stored, code: codeOf(stored.code) };
  const living = [own, noted].filter((rest): rest is Rest => rest !== null && rest.untilMs > nowMs);
  return living.sort((a, b) => b.untilMs - a.untilMs)[0] ?? null;
}

function unreadable(ref: Candidate['ref'], error: unknown): Candidate {
  return unusable(ref, error instanceof Failure ? error.code : 'internal_error');
}

function unusable(ref: Candidate['ref'], reason: ErrorCode): Candidate {
  return { ref, usable: false, reason, cooldownUntilMs: null, cooldownReason: null };
}

function codeOf(code: string): ErrorCode | null {
  return restCodes.find((each) => each === code) ?? null;
}

const restCodes = ['plan_limit_reached', 'insufficient_scope', 'organization_not_allowed'] as const;

function parse<T>(schema: z.ZodType<T>, value: unknown): T | Record<string, never> {
  const result = schema.safeParse(value ?? {});
  return result.success ? result.data : {};
}
