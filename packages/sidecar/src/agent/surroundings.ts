import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentIsolation, agentIsolation } from './agent-isolation.ts';
import { type PermissionRules, permissionRules } from './permission-rules.ts';
import { isWithin, type OwnWorkspaces, ownWorkspaces } from './workspace.ts';

/** What every query of this agent runs in. */
export interface Surroundings {
  /** Real path of the data directory. */
  readonly dataDir: string;
  /** The program's `CLAUDE_CONFIG_DIR` for what goes through the gateway. */
  readonly configDir: string;
  readonly workspaces: OwnWorkspaces;
  readonly rules: PermissionRules;
  /** False inside the data directory. Takes a real path. */
  readonly mayRead: (path: string) => boolean;
}

/** Looks at the machine and makes the directories that are needed. */
export async function surroundings(
  dataDir: string,
  base: Readonly<Record<string, string | undefined>>,
  known: AgentIsolation | null,
): Promise<Surroundings> {
  const real = await realpath(dataDir);
  const configDir = join(real, 'claude');
  await mkdir(configDir, { recursive: true, mode: 0o700 });
  const isolation = known ?? (await agentIsolation(process.platform, base['PATH']));
  return {
    dataDir: real,
    configDir,
    workspaces: await ownWorkspaces(base, process.platform, real),
    // A rule matches the path as it is named: both names of the same directory.
    rules: permissionRules([...new Set([real, dataDir])], configDir, isolation),
    mayRead: (path) => !isWithin(path, real),
  };
}
