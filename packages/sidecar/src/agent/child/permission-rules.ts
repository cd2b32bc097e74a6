import type { Options, PermissionMode, SandboxSettings, Settings } from '@anthropic-ai/claude-agent-sdk';
import type { PermissionMode as ChosenMode } from '@postern/contract';
import type { AgentIsolation } from './agent-isolation.ts';

/** The SDK's word for the user's choice; nothing maps to a mode that skips permissions. */
export function permissionModeOf(chosen: ChosenMode): PermissionMode {
  switch (chosen) {
    case 'ask':
      return 'default';
    case 'accept_edits':
      return 'acceptEdits';
    case 'plan':
      return 'plan';
  }
}

/** The choice that a mode of the SDK's stands for; `ask` for one that cannot be chosen here. */
export function chosenModeOf(mode: PermissionMode): ChosenMode {
  if (mode === 'acceptEdits') return 'accept_edits';
  return mode === 'plan' ? 'plan' : 'ask';
}

/**
 * Tools the agent has. Left out on purpose: what outlives a turn (Cron*, ScheduleWakeup, Monitor) or reaches other sessions
 * (SendMessage, ListAgents).
 */
export const agentTools: readonly string[] = [
  ...['Bash', 'Read', 'Write', 'Edit', 'NotebookEdit', 'Glob', 'Grep'],
  ...['WebFetch', 'WebSearch', 'Agent', 'ExitPlanMode', 'AskUserQuestion'],
  ...['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList', 'TaskStop'],
];

/**
 * Characters of a command's output that go to the model. Beyond it the program writes a file into its config directory,
 * which the rules deny to the model; 30,000, its default, is reached every day, and more of it costs the user more.
 */
const longestOutput = 60_000;

/** Rules for every child, whatever the user chose. */
export interface PermissionRules {
  readonly settings: Settings;
  readonly sandbox: SandboxSettings | null;
}

/**
 * Deny rules that keep the agent's tools out of the data directory and off loopback, and, where the SDK's sandbox works,
 * the same for whatever its commands start: no data directory, no other process, no direct network, no child's secret.
 * The user is still asked before a command runs. `keepAway`: files and folders beside the data directory to which the same
 * applies, the login of a program that signs in for itself.
 * Source: settings reference, https://code.claude.com/docs/en/settings; measured with program 2.1.330.
 */
export function permissionRules(
  dataDirs: readonly string[],
  configDir: string,
  isolation: AgentIsolation,
  keepAway: readonly string[] = [],
  platform: NodeJS.Platform = process.platform,
): PermissionRules {
  const deny = [
    ...dataDirs.map((dir) => `${rulePath(dir, platform)}/**`),
    ...keepAway.map((path) => rulePath(path, platform)).flatMap((path) => [path, `${path}/**`]),
  ].flatMap((pattern) => [`Read(${pattern})`, `Edit(${pattern})`]);
  const hidden = [...dataDirs, ...keepAway];
  const settings: Settings = {
    permissions: {
      deny: [...deny, 'WebFetch(domain:127.0.0.1)', 'WebFetch(domain:localhost)'],
      // Left to itself, the program runs what it takes for read-only (`ls`, `sleep`) without a question.
      // Subagents are asked about so that each runs within its call: by default the program would let them run in the background.
      ask: ['Bash', 'Agent'],
      disableBypassPermissionsMode: 'disable',
      disableAutoMode: 'disable',
    },
    disableAllHooks: true,
    // What a workspace's skills would run when they load, and skills that are not from a trusted workspace.
    disableSkillShellExecution: true,
    disableBundledSkills: true,
    bashOutputMaxChars: longestOutput,
  };
  if (isolation.mode === 'rules_only') return { settings, sandbox: null };
  return {
    settings,
    sandbox: {
      enabled: true,
      failIfUnavailable: true,
      autoAllowBashIfSandboxed: false,
      allowUnsandboxedCommands: false,
      filesystem: {
        denyRead: hidden,
        denyWrite: hidden,
        // The program sources its snapshot of the user's shell from here before each command.
        allowRead: [`${configDir}/shell-snapshots`],
      },
      credentials: { envVars: [{ name: 'ANTHROPIC_AUTH_TOKEN', mode: 'deny' }] },
    },
  };
}

/** What plan mode asks for. The program's own text names a plan file in its config directory, which the rules deny. */
export const planModeInstructions: NonNullable<Options['planModeInstructions']> =
  'Look, but change nothing. Write the plan into your answer, not into a file, then call ExitPlanMode.';

/**
 * An absolute path as a permission rule writes it: `//` for the root, then a gitignore pattern, then the escapes of the rule around it.
 * `?` stands for itself: it matches one character of any kind, and escaped the program does not match it at all. A space at the end is
 * cut off unless it is escaped.
 * Source: program 2.1.330, measured with every name of deny-rules.slow.test.ts.
 */
function rulePath(dir: string, platform: NodeJS.Platform): string {
  const slashed =
    platform === 'win32'
      ? dir.replaceAll('\\', '/').replace(/^([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}`)
      : dir;
  const pattern = slashed
    .replace(/\/+$/, '')
    .replace(/[\\*[\]]/g, '\\$&')
    .replace(/\s+$/, (spaces) => [...spaces].map((each) => `\\${each}`).join(''));
  return `/${pattern.replace(/[\\()]/g, '\\$&')}`;
}
