import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { checkout } from '../../packaging/steps/places.ts';
import { residentBytes } from '../../test/end-to-end/harness/processes.ts';

/** What the sidecar is built on and has loaded before anybody signed in. */
const foundations = ['node:http', 'node:sqlite', 'fastify', 'zod', 'undici', 'oauth4webapi', 'pino'] as const;
const agentSdk = '@anthropic-ai/claude-agent-sdk';
const restMs = 2_000;

/**
 * Resident bytes of a Node that has loaded what an idle sidecar needs of others and does nothing with it, but for a server that listens and an
 * open database: what no sidecar on these packages can be smaller than. After a full garbage collection, as the sidecar makes one.
 */
export async function floorMemory(withAgentSdk: boolean): Promise<number> {
  const loaded = withAgentSdk ? [...foundations, agentSdk] : foundations;
  const source = [
    ...loaded.map((name) => `import ${JSON.stringify(name)};`),
    "import { createServer } from 'node:http';",
    "import { DatabaseSync } from 'node:sqlite';",
    "globalThis.kept = new DatabaseSync(':memory:');",
    "createServer().listen(0, '127.0.0.1', () => { gc(); process.stdout.write('.'); });",
    "process.stdin.once('end', () => process.exit()).resume();",
  ].join('\n');
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', source], {
    cwd: `${checkout}/packages/sidecar`,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  try {
    await once(child.stdout, 'data');
    await pause(restMs);
    return residentBytes(child.pid ?? 0);
  } finally {
    child.stdin.end();
    await closed;
  }
}
