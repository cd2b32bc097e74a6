import { createHash } from 'node:crypto';

/** One request as the log keeps it: never a token, a code, a body or a query string. */
export interface RequestNote {
  readonly at: string;
  readonly method: string;
  /** The route's pattern. */
  readonly path: string;
  /** `token:refresh_token`, `messages`, `metadata`, …; what the counts are by. */
  endpoint: string;
  credential: { readonly kind: CredentialWord; readonly fingerprint: string } | null;
  /** The scripted fault it met. */
  fault: string | null;
  /** The values of `anthropic-beta`. */
  beta: readonly string[];
  /** HTTP status; null while it runs, and where no answer was sent. */
  status: number | null;
  /** `ok`, an error word, `reset`, `timeout`, `aborted`, `http_<status>`; null while it runs. */
  outcome: string | null;
}

type CredentialWord = 'bearer' | 'api_key' | 'refresh_token' | 'code' | 'token';

/** Why a family of tokens ended. */
export type FamilyEnd = 'reuse' | 'revocation' | 'consent_withdrawn';

const keptRequests = 500;

/** The requests that the sandbox received, counted and redacted. */
export class RequestLog {
  #recent: RequestNote[] = [];
  #counts: Record<string, Record<string, number>> = {};
  #timesSent: Record<string, number> = {};
  #familiesEnded: Record<FamilyEnd, number> = { reuse: 0, revocation: 0, consent_withdrawn: 0 };

  /** Opens the note of a request that just arrived. */
  begin(method: string, path: string, endpoint: string): RequestNote {
    const note: RequestNote = {
      at: new Date().toISOString(),
      method,
      path,
      endpoint,
      credential: null,
      fault: null,
      beta: [],
      status: null,
      outcome: null,
    };
    this.#recent.push(note);
    if (this.#recent.length > keptRequests) this.#recent.shift();
    return note;
  }

  /** Writes down which credential came with it; only its fingerprint stays. */
  credential(note: RequestNote, kind: CredentialWord, secret: string): void {
    const fingerprint = fingerprintOf(secret);
    note.credential = { kind, fingerprint };
    if (kind === 'refresh_token') this.#timesSent[fingerprint] = (this.#timesSent[fingerprint] ?? 0) + 1;
  }

  /** Closes a note, once: what is said first counts. */
  finish(note: RequestNote, outcome: string, status: number | null): void {
    if (note.outcome !== null) return;
    note.outcome = outcome;
    note.status = status;
    const counts = this.#counts[note.endpoint] ?? {};
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    this.#counts[note.endpoint] = counts;
  }

  familyEnded(why: FamilyEnd): void {
    this.#familiesEnded[why] += 1;
  }

  /** The body of `GET /sandbox/requests`; the log is newest first. */
  snapshot() {
    const times = Object.values(this.#timesSent);
    return {
      counts: this.#counts,
      refresh: {
        requests: times.reduce((sum, each) => sum + each, 0),
        /** Requests that sent a refresh token which had been sent before. */
        resent: times.reduce((sum, each) => sum + each - 1, 0),
        timesSentByFingerprint: this.#timesSent,
      },
      familiesEnded: this.#familiesEnded,
      log: this.#recent.toReversed(),
    };
  }

  clear(): void {
    this.#recent = [];
    this.#counts = {};
    this.#timesSent = {};
    this.#familiesEnded = { reuse: 0, revocation: 0, consent_withdrawn: 0 };
  }
}

/** First 16 hex digits of the SHA-256: tells two secrets apart and is useless otherwise. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16);
}
