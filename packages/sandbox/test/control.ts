import type { Sandbox } from '../src/sandbox.ts';

/** Calls of `/sandbox/*`, for tests. */
export interface Control {
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  requests(): Promise<Requests>;
}

/** As much of `GET /sandbox/requests` as tests read. */
export interface Requests {
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly refresh: {
    readonly requests: number;
    readonly resent: number;
    readonly timesSentByFingerprint: Readonly<Record<string, number>>;
  };
  readonly familiesEnded: Readonly<Record<string, number>>;
  readonly faultsWaiting: Readonly<Record<string, number>>;
  readonly switches: Readonly<Record<string, unknown>>;
  readonly log: readonly {
    readonly endpoint: string;
    readonly path: string;
    readonly credential: { readonly kind: string; readonly fingerprint: string } | null;
    readonly fault: string | null;
    readonly status: number | null;
    readonly outcome: string | null;
    readonly beta: readonly string[];
  }[];
}

export function control(sandbox: Sandbox): Control {
  return {
    post: async (path, body) => {
      const response = await fetch(`${sandbox.url}/sandbox/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    requests: async () => (await (await fetch(`${sandbox.url}/sandbox/requests`)).json()) as Requests,
  };
}
