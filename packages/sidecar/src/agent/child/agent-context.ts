import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isWithin } from '../../files/index.ts';
import { type AgentIsolation, agentIsolation } from './agent-isolation.ts';
import { type LaunchProfile, ownConfigDir } from './launch-profile.ts';
import { type OwnWorkspaces, ownWorkspaces } from './own-workspaces.ts';
import { type PermissionRules, permissionRules } from './permission-rules.ts';

/** What every query of this agent runs in. */
export interface AgentContext {
  /** Real path of the data directory. */
  readonly dataDir: string;
  /** Every name it has: a rule matches a path as it is named. */
  readonly dataDirs: readonly string[];
  /** Postern's own folder for conversations; may not be there yet. */
  readonly configDir: string;
  readonly workspaces: OwnWorkspaces;
  readonly rulesFor: (profile: LaunchProfile) => PermissionRules;
  /** Real path of the user's home folder. */
  readonly home: string;
  /** False inside the data directory. Takes a real path. */
  readonly mayRead: (path: string) => boolean;
  /** False there, and in the folders of the sign-in that a program with this launch profile holds. Takes a real path. */
  readonly mayReadWith: (path: string, profile: LaunchProfile) => boolean;
}

/**
 * Looks at the machine. Makes nothing: every query waits for this, and a folder that cannot be made must fail only the queries that
 * need it.
 */
export async function agentContext(
  dataDir: string,
  base: Readonly<Record<string, string | undefined>>,
  known: AgentIsolation | null,
): Promise<AgentContext> {
  const real = await realpath(dataDir);
  const configDir = ownConfigDir(real);
  const dataDirs = [...new Set([real, dataDir])];
  const homeDir = base['HOME'] ?? base['USERPROFILE'] ?? homedir();
  const mayRead = (path: string): boolean => !isWithin(path, real);
  const isolation = known ?? (await agentIsolation(process.platform, base['PATH']));
  return {
    dataDir: real,
    dataDirs,
    configDir,
    workspaces: await ownWorkspaces(base, process.platform, real),
    rulesFor: ({ home, signIn }) =>
      permissionRules(dataDirs, home?.configDir ?? configDir, isolation, keptAway({ home, signIn })),
    home: await realpath(homeDir).catch(() => homeDir),
    mayRead,
    mayReadWith: (path, profile) => mayRead(path) && !keptAway(profile).some((dir) => isWithin(path, dir)),
  };
}

function keptAway({ home, signIn }: LaunchProfile): readonly string[] {
  return [...new Set([...(home?.keepAway ?? []), ...(signIn?.keepAway ?? [])])];
}
