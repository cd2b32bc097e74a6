import type { Sandbox, SandboxOptions } from '@postern/sandbox';
import { type Program, startProgram } from './start-program.ts';

/** The stand-in for the services, running in a process of its own. */
export type StandIn = Program<Omit<Sandbox, 'close'>> & {
  /** One of its controls (docs/spec/contract.md#sandbox). */
  control(name: 'expire' | 'key', body?: unknown): Promise<void>;
  /** Refresh requests it has seen. */
  refreshes(): Promise<number>;
};

/**
 * Starts it without a pause between the pieces of an answer: its pace would hide the difference between two ways to ask.
 * @param platform stands in for Claude Platform OAuth; default: for a plan's sign-in
 */
export async function startStandIn(platform?: SandboxOptions['platform']): Promise<StandIn> {
  const program = await startProgram<Omit<Sandbox, 'close'>>('sandbox', { paceMs: 0, platform });
  const { url } = program.ready;
  return {
    ...program,
    async control(name, body = {}) {
      const response = await fetch(`${url}/sandbox/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${name}`);
    },
    async refreshes() {
      const response = await fetch(`${url}/sandbox/requests`);
      const { refresh } = (await response.json()) as { readonly refresh: { readonly requests: number } };
      return refresh.requests;
    },
  };
}
