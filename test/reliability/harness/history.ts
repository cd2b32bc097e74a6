import type { Requests } from '../../../packages/sandbox/test/control.ts';
import type { SignIn } from '../../../packages/sidecar/src/credentials/index.ts';

/** Answers that say that the refresh token was not taken: it may be sent again. */
const notTaken = new Set(['status', 'redirect', 'invalid_client']);
/** Good answers to a request that met one of these leave the old token as good as it was. */
const notRotated = new Set(['no_refresh_token']);
/** The server really spent the token, and its answer was lost or unusable. */
const spentAndLost = new Set([
  'reset_after_processing',
  'cut_off',
  'no_access_token',
  'empty_token',
  'wrong_token_type',
  'bad_expires_in',
]);

type Note = Requests['log'][number];
type Fate = 'not taken' | 'good' | 'refused' | 'lost' | 'spent and lost';

/** What happened to a sign-in that the script or a person caused. */
export interface Causes {
  /** Of the last thing a person did that was certainly through: null where two did opposite things at once. */
  signedIn: boolean | null;
  /** The consent was withdrawn at the server since the last sign-in. */
  withdrawn: boolean;
  /** Refresh tokens whose answer a crash, or a full disk and then a crash, took away. */
  readonly lostByCrash: Set<string>;
  /** Refresh tokens of sign-ins that another was to replace, in a process that died between the two: they are revoked before its code is sent. */
  readonly revokedByCrash: Set<string>;
}

/** How the server saw one refresh token. */
function fatesOf(requests: Requests, fingerprint: string): readonly Fate[] {
  const fates: Fate[] = [];
  for (const note of requests.log.toReversed()) {
    if (note.endpoint !== 'token:refresh_token' || note.credential?.fingerprint !== fingerprint) continue;
    const isSpent = fates.some((fate) => fate === 'good' || fate === 'spent and lost');
    fates.push(fateOf(note, isSpent));
  }
  return fates;
}

function fateOf({ fault, outcome, status }: Note, isSpent: boolean): Fate {
  if (outcome === 'invalid_grant') return 'refused';
  // A spent one is refused with 400, and a 400 that breaks off says only that it is a 400: not taken.
  if (fault === 'cut_off' && isSpent) return 'not taken';
  if (fault !== null && spentAndLost.has(fault)) return 'spent and lost';
  if (fault !== null && notTaken.has(fault) && status !== 502 && status !== 504) return 'not taken';
  if (outcome === 'ok') return fault !== null && notRotated.has(fault) ? 'not taken' : 'good';
  // The client died while it waited: the server may have gone on.
  return outcome === 'aborted' ? 'spent and lost' : 'lost';
}

/**
 * The invariants of a sign-in that survives, as a list of what is wrong. Whatever the interleaving: a refresh token is sent at most once
 * but for the one late try after a lost reply; no family ends unless the script ended it; tokens are given up only if the server refused
 * that very token, its late try was lost too, or the person signed out; after a sign-out nothing is stored.
 */
export function violations(requests: Requests, record: SignIn, causes: Causes): readonly string[] {
  const wrong: string[] = [];
  if (requests.log.length >= 500) wrong.push('the run is longer than the server’s log');
  const fingerprints = Object.keys(requests.refresh.timesSentByFingerprint);
  let lateTriesOfSpent = 0;
  for (const fingerprint of fingerprints) {
    const fates = fatesOf(requests, fingerprint);
    const taken = fates.filter((fate) => fate !== 'not taken');
    const [first] = taken;
    const wasLost = first === 'lost' || first === 'spent and lost' || causes.lostByCrash.has(fingerprint);
    if (taken.length > 2 || (taken.length === 2 && !wasLost))
      wrong.push(`a refresh token was sent too often: ${fates.join(', ')}`);
    if (taken.length === 2 && first !== 'lost') lateTriesOfSpent += 1;
  }
  const reuse = requests.familiesEnded['reuse'] ?? 0;
  if (reuse > lateTriesOfSpent)
    wrong.push(`${reuse} families ended by reuse, ${lateTriesOfSpent} by late tries`);
  return [...wrong, ...recordViolations(requests, record, causes)];
}

function recordViolations(requests: Requests, record: SignIn, causes: Causes): readonly string[] {
  const isThere = record.tokens !== null;
  if (causes.signedIn === true && !isThere) return ['the sign-in is gone, and nobody signed out'];
  if (causes.signedIn === false && isThere) return ['something is stored after the sign-out'];
  if (record.status !== 'reauthorization_required') return [];
  const fates = fatesOf(requests, record.tokens?.refreshToken?.fingerprint() ?? '');
  const taken = fates.filter((fate) => fate !== 'not taken');
  const wasRefused = taken.includes('refused');
  const lateTryWasLost = taken.length === 2 || causes.lostByCrash.size > 0;
  return wasRefused || lateTryWasLost
    ? []
    : [`the sign-in was given up: ${fates.join(', ') || 'never sent'}`];
}

/** True where the sign-in must still be good: the script left its family alone, and no lost answer had spent its token. */
export function mustBeGood(requests: Requests, record: SignIn, causes: Causes): boolean {
  if (causes.signedIn !== true || causes.withdrawn || record.tokens === null) return false;
  const fingerprint = record.tokens.refreshToken?.fingerprint() ?? '';
  if (causes.revokedByCrash.has(fingerprint)) return false;
  const fates = fatesOf(requests, fingerprint);
  const isSpent =
    fates.some((fate) => fate === 'spent and lost' || fate === 'refused' || fate === 'good') ||
    fates.filter((fate) => fate === 'lost').length > 1;
  return !isSpent && record.status !== 'reauthorization_required';
}

/** For tokens that met no trouble at all: how many were refreshed, and how often they were sent for it. */
export function undisturbed(requests: Requests): { readonly expiries: number; readonly refreshes: number } {
  const counts = Object.keys(requests.refresh.timesSentByFingerprint)
    .map((fingerprint) => fatesOf(requests, fingerprint))
    .filter((fates) => fates.every((fate) => fate === 'good'))
    .map((fates) => fates.length);
  return { expiries: counts.length, refreshes: counts.reduce((sum, each) => sum + each, 0) };
}
