import type { ErrorCode } from '@postern/contract';
import { z } from 'zod';
import type { AccessTokens } from '../access-token/index.ts';
import {
  type Candidate,
  type Clock,
  credentialRef,
  type Report,
  type SignIn,
  standingOf,
} from '../credentials/index.ts';
import { Failure } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Store } from '../store/index.ts';
import type { Cooldown, CooldownSubject, Cooldowns, RunningCooldowns } from './cooldowns.ts';
import type { EndedLinks } from './ended-links.ts';
import { type Fingerprint, versionFingerprint, versionOf } from './fingerprint.ts';
import { parsedOnce } from './parsed-once.ts';

/** A candidate with the version of its token, for those who remember which token was refused. */
export interface CredentialEntry {
  readonly candidate: Candidate;
  /** Null for kinds that have no versions. */
  readonly version: number | null;
  /** True for a key that was refused and is still the same key. */
  readonly wasRefused: boolean;
}

/** How every credential stands that Postern holds itself: what the store knows, and what calls have shown. */
export interface CredentialStatus {
  /** One entry of each kind at least; of a kind, the oldest first. With a model: as they stand for that model. */
  entries(model?: string | null): Promise<readonly CredentialEntry[]>;
  /** It is not tried before the cooldown ends, or one model under it is not, unless its fingerprint changes first. */
  startCooldown(subject: CooldownSubject, model: string | null, cooldown: Cooldown): void;
  /** A new sign-in takes its place: what was noted of the one before is void. Never throws. */
  forget(id: string): void;
  noteRejectedKey(id: string, key: Secret): void;
  /** The service said that the link of this sign-in to an organization has ended. */
  noteLinkEnded(id: string): void;
  /** The token that a forced refresh had just brought was rejected as well: the sign-in cools down. */
  noteRejectedAgain(id: string, version: number): Promise<void>;
  /** How many refusals of it were noted so far: what a call learns that was sent before the newest one is out of date. */
  refusals(id: string): number;
  /**
   * A call was accepted with this token or key. Persists only when the outcome changes.
   * @param refusalsBefore as they were counted when it was sent: nothing is noted where there are more by now
   * @param shows a call to a model that the credential pays again; a free one only that the token or key is good, and nothing of a limit
   */
  noteAccepted(
    id: string,
    fingerprint: Fingerprint,
    refusalsBefore: number,
    shows?: 'it_pays' | 'it_is_good',
  ): Promise<void>;
}

const keysName = 'api_key_outcomes';

const keysSchema = z.record(
  z.string(),
  z.object({ proof: z.string(), outcome: z.enum(['accepted', 'refused']), atMs: z.number() }),
);
type KeyOutcomes = z.infer<typeof keysSchema>;

/** What the status is built from. */
export interface CredentialStatusDeps {
  readonly accessTokens: Pick<AccessTokens, 'current' | 'noteAccepted' | 'noteRejectedAgain'>;
  readonly cooldowns: Cooldowns;
  readonly store: Pick<Store, 'signIns' | 'apiKeys' | 'documents'>;
  /** Receives when a credential begins to cool down or a key to be refused, and when that is over. */
  readonly report: Report;
  readonly clock: Clock;
  readonly sandbox: boolean;
  /** Sign-ins bill an organization, by request, not a plan. */
  readonly linkedBilling?: boolean | undefined;
  readonly links: EndedLinks;
}

/** What became of keys is kept as a document, so that it outlives a restart. */
export function createCredentialStatus(deps: CredentialStatusDeps): CredentialStatus {
  const { accessTokens, cooldowns, store, report, clock, sandbox, linkedBilling, links } = deps;
  /** Credential → what was last accepted in this process. */
  const accepted = new Map<string, Fingerprint>();
  const refusals = new Map<string, number>();
  /** Whose end is still to be reported: a cooldown that ran out is noticed at the next accepted call. */
  const paused = new Map<string, Fingerprint>();
  const refusalsOf = (id: string): number => refusals.get(id) ?? 0;
  const outcomesOf = parsedOnce((document): KeyOutcomes => parse(keysSchema, document));
  const keyOutcomes = (): KeyOutcomes => outcomesOf(store.documents.read(keysName));

  async function oauthEntry(
    id: string,
    running: RunningCooldowns,
    model: string | null,
  ): Promise<CredentialEntry> {
    const ref = credentialRef('oauth', sandbox, linkedBilling, id);
    const nowMs = clock();
    try {
      const record = await accessTokens.current(id);
      const { usable, code, retryAtMs } = standingOf(record, nowMs);
      const noted = running.of({ id, fingerprint: versionFingerprint(record.version) }, model);
      const cooldown = later(ownCooldown(record, nowMs), noted);
      const candidate: Candidate = {
        ref,
        usable,
        reason: code ?? cooldown?.code ?? null,
        cooldownUntilMs: usable ? (cooldown?.untilMs ?? null) : retryAtMs,
        cooldownReason: usable ? (cooldown?.reason ?? null) : 'auth_failure',
        acceptedAtMs: record.acceptedAtMs,
        // What the operator supplies is not linked here, and nothing here could link it again.
        linkEndedAtMs: record.supplied === true ? null : links.atMs(id),
      };
      return { candidate, version: record.version, wasRefused: false };
    } catch (error) {
      return { candidate: unreadable(ref, error), version: null, wasRefused: false };
    }
  }

  async function keyEntry(
    id: string,
    running: RunningCooldowns,
    model: string | null,
  ): Promise<CredentialEntry> {
    const ref = credentialRef('api_key', sandbox, false, id);
    const outcome = keyOutcomes()[id];
    try {
      // The key is opened only where a note has to be compared with it.
      const isNoted = outcome !== undefined || running.has(id);
      const fingerprint = isNoted ? ((await store.apiKeys.read(id))?.fingerprint() ?? null) : null;
      const cooldown = fingerprint === null ? null : running.of({ id, fingerprint }, model);
      const known = outcome?.proof === fingerprint ? outcome : undefined;
      const wasRefused = known?.outcome === 'refused';
      const candidate: Candidate = {
        ref,
        usable: true,
        reason: cooldown === null ? (wasRefused ? 'api_key_rejected' : null) : cooldown.code,
        cooldownUntilMs: cooldown?.untilMs ?? null,
        cooldownReason: cooldown?.reason ?? null,
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

  function changed(
    id: string,
    status: 'active' | 'accepted' | 'rejected' | 'cooling_down',
    reason: ErrorCode | null,
  ): void {
    const kind = store.apiKeys.ids().includes(id) ? 'api_key' : 'oauth';
    report({ type: 'credential_changed', kind, status, reason });
  }

  const isRefused = (id: string, fingerprint: Fingerprint): boolean => {
    const noted = keyOutcomes()[id];
    return noted?.outcome === 'refused' && noted.proof === fingerprint;
  };

  function noteRefusal(id: string): void {
    accepted.delete(id);
    refusals.set(id, refusalsOf(id) + 1);
  }

  return {
    async entries(model = null) {
      const signIns = store.signIns.ids();
      const keys = store.apiKeys.ids();
      const running = cooldowns.running();
      return [
        ...(signIns.length === 0
          ? [absent('oauth')]
          : await Promise.all(signIns.map((id) => oauthEntry(id, running, model)))),
        ...(keys.length === 0
          ? [absent('api_key')]
          : await Promise.all(keys.map((id) => keyEntry(id, running, model)))),
      ];
    },
    forget(id) {
      accepted.delete(id);
      paused.delete(id);
      cooldowns.forget(id);
      links.forget(id);
    },
    startCooldown(subject, model, cooldown) {
      noteRefusal(subject.id);
      const before = cooldowns.running().of(subject, null);
      cooldowns.start(subject, model, cooldown);
      // One model's is not how the credential stands.
      if (model !== null) return;
      paused.set(subject.id, subject.fingerprint);
      const { reason, code } = cooldown;
      if (before?.reason !== reason || before.code !== code) changed(subject.id, 'cooling_down', code);
    },
    noteRejectedKey(id, key) {
      noteRefusal(id);
      const fingerprint = key.fingerprint();
      const isNews = !isRefused(id, fingerprint);
      changeKeyOutcome(id, fingerprint, 'refused');
      if (isNews) changed(id, 'rejected', 'api_key_rejected');
    },
    noteLinkEnded(id) {
      noteRefusal(id);
      if (linkedBilling !== true || links.atMs(id) !== null) return;
      links.note(id);
      changed(id, 'rejected', 'reauthorization_required');
    },
    async noteRejectedAgain(id, version) {
      noteRefusal(id);
      await accessTokens.noteRejectedAgain(id, version);
    },
    refusals: refusalsOf,
    async noteAccepted(id, fingerprint, refusalsBefore, shows = 'it_pays') {
      if (refusalsBefore !== refusalsOf(id) || accepted.get(id) === fingerprint) return;
      const wasEnded = links.atMs(id) !== null;
      // What costs nothing does not show that a bill can be sent again.
      if (wasEnded && shows === 'it_is_good') return;
      links.forget(id);
      const cooldown = cooldowns.running().of({ id, fingerprint }, null);
      const isStillLimited = shows === 'it_is_good' && cooldown?.reason === 'usage_limit';
      const wasPaused = cooldown !== null || paused.get(id) === fingerprint;
      const wasRefused = isRefused(id, fingerprint);
      if (!isStillLimited) {
        accepted.set(id, fingerprint);
        cooldowns.end(id, null);
        paused.delete(id);
      }
      const version = versionOf(fingerprint);
      if (version === null) changeKeyOutcome(id, fingerprint, 'accepted');
      else await accessTokens.noteAccepted(id, version);
      if (wasRefused || wasEnded) changed(id, 'accepted', null);
      else if (wasPaused && !isStillLimited) changed(id, 'active', null);
    },
  };

  function absent(kind: 'oauth' | 'api_key'): CredentialEntry {
    const ref = credentialRef(kind, sandbox, linkedBilling);
    return { candidate: unusable(ref, 'not_signed_in'), version: null, wasRefused: false };
  }
}

/** The lifecycle's own, after a token that a refresh had just brought was rejected. */
function ownCooldown({ cooldown, version }: SignIn, nowMs: number): Cooldown | null {
  if (cooldown === null || cooldown.version !== version || cooldown.untilMs <= nowMs) return null;
  return { untilMs: cooldown.untilMs, reason: 'auth_failure', code: null };
}

function later(a: Cooldown | null, b: Cooldown | null): Cooldown | null {
  if (a === null || b === null) return a ?? b;
  return b.untilMs > a.untilMs ? b : a;
}

function unreadable(ref: Candidate['ref'], error: unknown): Candidate {
  return unusable(ref, error instanceof Failure ? error.code : 'internal_error');
}

function unusable(ref: Candidate['ref'], reason: ErrorCode): Candidate {
  return { ref, usable: false, reason, cooldownUntilMs: null, cooldownReason: null };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T | Record<string, never> {
  const result = schema.safeParse(value ?? {});
  return result.success ? result.data : {};
}
