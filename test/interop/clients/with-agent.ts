import { resolve } from 'node:path';
import { acceptKey, sandboxApiKey } from '../../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';

const script = resolve(import.meta.dirname, '../../../packages/cli/bin/postern.js');

/** A prompt whose answer takes a while. */
export const story = 'Tell me a long story';

/** How a client starts `postern acp`, and the Postern that it reaches. */
export interface AgentCommand {
  readonly postern: Postern;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Lets a client work with a Postern in the sandbox that can answer. @throws Error where an agent that it started outlives it */
export async function withAgent(work: (agent: AgentCommand) => Promise<void>): Promise<void> {
  const postern = await startPostern();
  const { dataDir, homeDir } = postern.household;
  const args = [script, 'acp', '--sandbox', '--data-dir', dataDir];
  const agents = () =>
    postern.household.processes().filter(({ command }) => command.includes(' acp --sandbox'));
  try {
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
    await work({ postern, command: process.execPath, args, env: { HOME: homeDir } });
  } finally {
    await waitUntil('the agents of the client have left', () => agents().length === 0);
    await postern.stop();
  }
}
