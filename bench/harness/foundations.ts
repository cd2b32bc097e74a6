import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { checkout } from '../../packaging/steps/places.ts';
import { residentBytes } from '../../test/end-to-end/harness/processes.ts';

/** What the sidecar is built on and has loaded before anybody signed in. */
const packages = ['node:http', 'node:sqlite', 'fastify', 'zod', 'undici', 'oauth4webapi', 'pino'] as const;
const agentSdk = '@anthropic-ai/claude-agent-sdk';
const restMs = 2_000;

/**
 * Arguments for a Node that loads what a sidecar needs of others and does nothing with it, but for a server that listens and an open database:
 * no sidecar on these packages can do with less.
 * @param then what it does once it listens
 */
export function foundations(withAgentSdk: boolean, then: string): readonly string[] {
  const loaded = withAgentSdk ? [...packages, agentSdk] : packages;
  const source = [
    ...loaded.map((name) => `import ${JSON.stringify(name)};`),
    "import { createServer } from 'node:http';",
    "import { DatabaseSync } from 'node:sqlite';",
    "globalThis.kept = new DatabaseSync(':memory:');",
    `createServer().listen(0, '127.0.0.1', () => { ${then} });`,
  ].join('\n');
  return ['--expose-gc', '--input-type=module', '--eval', source];
}

/** Its resident bytes after a full garbage collection, as the sidecar makes one. */
export async function foundationBytes(withAgentSdk: boolean): Promise<number> {
  const then = "gc(); process.stdout.write('.'); process.stdin.once('end', () => process.exit()).resume();";
  const child = spawn(process.execPath, foundations(withAgentSdk, then), {
    cwd: checkout,
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
