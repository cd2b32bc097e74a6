import {
  allowInsecureRequests,
  customFetch,
  DPoP,
  type DPoPHandle,
  modifyAssertion,
  None,
  protectedResourceRequest,
  pushedAuthorizationRequest,
} from 'oauth4webapi';
import type { Secret } from '../secret/index.ts';
import { keyPairOf } from './proof-key.ts';

/** An access token and the key that it is bound to. */
export interface BoundToken {
  readonly accessToken: Secret;
  readonly proofKey: Secret;
}

/** Words of a server that refuses the proof and did not look at what came with it. Source: RFC 9449, sections 5, 8 and 9. */
type ProofRefusal = 'use_dpop_nonce' | 'invalid_dpop_proof';

/** What an answer says that the next proof for its server depends on. */
interface ProofAnswer {
  readonly refusal: ProofRefusal | null;
  readonly header: (name: string) => string | null;
}

/** What is known of one server. */
interface Known {
  readonly nonce: string | null;
  /** How far its clock is ahead of ours. */
  readonly aheadMs: number;
}

/** A `Date` header counts whole seconds, and the answer was on its way for a while. */
const sameTimeMs = 2_000;
/** More keys than anyone has sign-ins; a handle costs a key import. */
const mostHandles = 32;

/**
 * Makes the proofs of every key, and remembers, in memory only, what the servers asked for: the nonce of each, and its time where it did
 * not take ours.
 */
export class Proofs {
  readonly #clock: () => number;
  readonly #handles = new Map<string, DPoPHandle>();
  readonly #servers = new Map<string, Known>();

  /** @param clock Unix ms */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** What oauth4webapi puts a proof on its requests with. @throws Error where the text is no key */
  handleOf(key: Secret): DPoPHandle {
    const name = key.fingerprint();
    const kept = this.#handles.get(name);
    if (kept !== undefined) return kept;
    const handle = DPoP({}, keyPairOf(key), {
      [modifyAssertion]: (_header, payload) => {
        const { nonce, aheadMs } = this.#knownOf(String(payload['htu']));
        payload['iat'] = Math.floor((this.#clock() + aheadMs) / 1000);
        if (nonce !== null) payload['nonce'] = nonce;
      },
    });
    const [oldest] = this.#handles.keys();
    if (this.#handles.size >= mostHandles && oldest !== undefined) this.#handles.delete(oldest);
    this.#handles.set(name, handle);
    return handle;
  }

  /** Names the key to the server before anything is bound to it. Source: RFC 9449, section 10. */
  async thumbprintOf(key: Secret): Promise<string> {
    return await this.handleOf(key).calculateThumbprint();
  }

  /** The headers of one request with a bound token: good for this method and address, and once. Source: RFC 9449, section 7.1. */
  async headersFor(
    { accessToken, proofKey }: BoundToken,
    { method, url }: { readonly method: string; readonly url: string },
  ): Promise<{ readonly authorization: string; readonly dpop: string }> {
    let written: Record<string, string> = {};
    await protectedResourceRequest(accessToken.reveal(), method, new URL(url), undefined, null, {
      DPoP: this.handleOf(proofKey),
      // Which addresses may be asked is decided where they are configured.
      [allowInsecureRequests]: true,
      [customFetch]: async (_url, { headers }) => {
        written = headers;
        return new Response(null);
      },
    });
    return { authorization: written['authorization'] ?? '', dpop: written['dpop'] ?? '' };
  }

  /** A proof for a POST that carries no access token in its header; oauth4webapi writes one for a pushed request alone. */
  async forPost(key: Secret, url: string): Promise<string> {
    let written: Record<string, string> = {};
    const server = { issuer: new URL(url).origin, pushed_authorization_request_endpoint: url };
    await pushedAuthorizationRequest(
      server,
      { client_id: 'unused' },
      None(),
      {},
      {
        DPoP: this.handleOf(key),
        [allowInsecureRequests]: true,
        [customFetch]: async (_url, { headers }) => {
          written = headers;
          return new Response(null);
        },
      },
    );
    return written['dpop'] ?? '';
  }

  /**
   * Takes from an answer what the next proof needs, and says whether the same request, once more with a new proof, can fare better. A
   * refused proof comes before the grant or the call is looked at, so a repeat spends nothing twice.
   */
  learn(url: string, { header, refusal }: ProofAnswer): boolean {
    const known = this.#knownOf(url);
    const nonce = nonceIn(header('dpop-nonce'));
    const aheadMs = refusal === null ? known.aheadMs : this.#aheadMs(header('date'), known.aheadMs);
    this.#servers.set(new URL(url).origin, { nonce: nonce ?? known.nonce, aheadMs });
    if (refusal === null) return false;
    return aheadMs !== known.aheadMs || (refusal === 'use_dpop_nonce' && nonce !== null);
  }

  #knownOf(url: string): Known {
    return this.#servers.get(new URL(url).origin) ?? { nonce: null, aheadMs: 0 };
  }

  /** As before, unless the server's clock shows a time that a proof would not be good at. */
  #aheadMs(date: string | null, beforeMs: number): number {
    const serverMs = Date.parse(date ?? '');
    if (Number.isNaN(serverMs)) return beforeMs;
    const aheadMs = serverMs - this.#clock();
    return Math.abs(aheadMs - beforeMs) > sameTimeMs ? aheadMs : beforeMs;
  }
}

/** The refusal that an error word of a token endpoint is, or null. */
export function proofRefusalOf(word: string | null): ProofRefusal | null {
  return word === 'use_dpop_nonce' || word === 'invalid_dpop_proof' ? word : null;
}

/** The refusal in the `WWW-Authenticate` of a 401, or null. Source: RFC 9449, sections 7.1 and 9. */
export function challengedProof(status: number, challenge: string | null): ProofRefusal | null {
  if (status !== 401 || challenge === null || !/(?:^|,)\s*dpop\b/i.test(challenge)) return null;
  return proofRefusalOf(
    /\berror\s*=\s*"?(use_dpop_nonce|invalid_dpop_proof)\b/i.exec(challenge)?.[1]?.toLowerCase() ?? null,
  );
}

/** Source: RFC 9449, section 8.1; a server has no reason for a longer one. */
function nonceIn(header: string | null): string | null {
  return header !== null && /^[!#-[\]-~]{1,1024}$/.test(header) ? header : null;
}
