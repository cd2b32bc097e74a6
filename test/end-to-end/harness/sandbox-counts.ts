import type { Postern } from './start-postern.ts';

/** As much of `GET /sandbox/requests` as these tests read. */
export interface SandboxCounts {
  /** Endpoint → outcome → how often. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly refresh: { readonly requests: number; readonly resent: number };
}

/** What the sandbox was asked so far. */
export async function sandboxCounts({ client }: Pick<Postern, 'client'>): Promise<SandboxCounts> {
  return (await client.sandbox.requests()) as SandboxCounts;
}
