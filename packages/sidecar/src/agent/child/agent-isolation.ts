import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What keeps the agent's own commands away from Postern's files and processes. `reason` is one sentence for the user. */
export interface AgentIsolation {
  readonly mode: 'sandboxed' | 'rules_only';
  readonly reason: string;
}

const probeMs = 3_000;

/**
 * Finds out, by trying, whether the Agent SDK's sandbox works on this machine. Linux needs bubblewrap and socat and
 * namespaces that an unprivileged program may create; macOS brings its own; elsewhere there is none.
 * Source: https://code.claude.com/docs/en/sandboxing.
 */
export async function agentIsolation(
  platform: NodeJS.Platform,
  searchPath: string | undefined,
): Promise<AgentIsolation> {
  if (platform === 'darwin') {
    return { mode: 'sandboxed', reason: 'The agent’s commands run in the sandbox of macOS.' };
  }
  if (platform !== 'linux') {
    return rulesOnly('The Agent SDK has no sandbox on this system.');
  }
  const bubblewrap = await onPath('bwrap', searchPath);
  if (bubblewrap === null) return rulesOnly('bubblewrap is not installed.');
  if ((await onPath('socat', searchPath)) === null) return rulesOnly('socat is not installed.');
  if (!(await works(bubblewrap)))
    return rulesOnly('bubblewrap is installed, but this system does not let it work.');
  return { mode: 'sandboxed', reason: 'The agent’s commands run in bubblewrap.' };
}

function rulesOnly(why: string): AgentIsolation {
  return {
    mode: 'rules_only',
    reason: `${why} Deny rules still hold for the agent’s tools, but a command you allow can read what you can.`,
  };
}

async function onPath(program: string, searchPath: string | undefined): Promise<string | null> {
  for (const dir of (searchPath ?? '').split(delimiter)) {
    if (dir === '') continue;
    const candidate = join(dir, program);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return null;
}

/** The namespaces the SDK's sandbox asks for; being installed proves nothing inside a container. */
function works(bubblewrap: string): Promise<boolean> {
  const namespaces = ['--unshare-user', '--unshare-pid', '--unshare-net', '--ro-bind', '/', '/'];
  const probe = spawn(bubblewrap, [...namespaces, '--proc', '/proc', '--dev', '/dev', '--', '/bin/true'], {
    stdio: 'ignore',
    env: {},
    timeout: probeMs,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.once('exit', (code) => resolve(code === 0));
  });
}
