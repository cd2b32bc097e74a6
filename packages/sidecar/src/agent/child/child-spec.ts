import type {
  AgentDefinition,
  Options,
  PermissionMode,
  SpawnedProcess,
  SpawnOptions,
} from '@anthropic-ai/claude-agent-sdk';
import type { McpServerState } from '@postern/contract';
import type { LoadedSubagent, LoadedWorkspace } from '../../trust/index.ts';
import type { TurnQuestions } from './agent-child.ts';
import type { LaunchProfile } from './launch-profile.ts';
import { agentTools, type PermissionRules, planModeInstructions } from './permission-rules.ts';
import type { ServerSet } from './server-set.ts';
import { pluginName } from './staged-commands.ts';

/** What a workspace gives to a program, with every MCP server it gets. */
export interface WorkspaceLoad extends LoadedWorkspace {
  /** Servers that are not started, and why. */
  readonly serversLeftOut: readonly McpServerState[];
}

/** What makes two children interchangeable, but for the conversation. */
export interface ChildSpec {
  readonly conversationId: string;
  /** Real path. */
  readonly workspace: string;
  /** Null: the program's default. Changing it in a running child costs a model call, so it is fixed at the start. */
  readonly model: string | null;
  readonly permissionMode: PermissionMode;
  readonly profile: LaunchProfile;
  /** The instructions of the workspace for the program. */
  readonly loaded: WorkspaceLoad;
  /** True where the conversation was begun before: its history is loaded. */
  readonly resumes: boolean;
  /** US dollars after which the program makes no further call, counted from its start; left out or null: none. */
  readonly maxBudgetUsd?: number | null;
  /** Its last turn was cut off before it was answered: the program goes on with that one, and is not sent the prompt again. */
  readonly continuesTurn?: boolean;
}

/**
 * The SDK options of one child. The program itself loads nothing from settings files, `.mcp.json`, CLAUDE.md or the folder's plugins:
 * what the user trusted in a workspace is handed to it, so that it is what they saw.
 */
export function childOptions(
  spec: ChildSpec,
  agentContext: {
    readonly program: string;
    /** Where the skills and commands of the workspace are for the program; null: there are none. */
    readonly staged: string | null;
    /** Its MCP servers; null: it has none. */
    readonly servers: Pick<ServerSet, 'configs'> | null;
    readonly environment: Readonly<Record<string, string>>;
    readonly rules: PermissionRules;
    readonly questions: TurnQuestions;
    readonly spawn: (options: SpawnOptions) => SpawnedProcess;
  },
): Options {
  const { program, staged, servers, environment, rules, questions, spawn } = agentContext;
  return {
    pathToClaudeCodeExecutable: program,
    env: { ...environment },
    cwd: spec.workspace,
    ...(spec.resumes ? { resume: spec.conversationId } : { sessionId: spec.conversationId }),
    ...(spec.model === null ? {} : { model: spec.model }),
    ...(spec.maxBudgetUsd == null ? {} : { maxBudgetUsd: spec.maxBudgetUsd }),
    systemPrompt: systemPrompt(spec.loaded),
    permissionMode: spec.permissionMode,
    planModeInstructions,
    // The program asks about no skill that is text alone, as those are; what the text asks for is a tool call like any other.
    tools: [...agentTools, ...(staged === null ? [] : ['Skill'])],
    ...skillsOf(spec, staged),
    agents: Object.fromEntries(spec.loaded.subagents.map((each) => [each.name, definitionOf(each)])),
    settings: rules.settings,
    ...(rules.sandbox === null ? {} : { sandbox: rules.sandbox }),
    settingSources: [],
    strictMcpConfig: true,
    mcpServersDelivery: 'initialize',
    ...(servers === null ? {} : { mcpServers: { ...servers.configs } }),
    includePartialMessages: true,
    forwardSubagentText: true,
    // Copies of files before the agent's own tools change them, below the program's folder: `rewindFiles` puts them back.
    enableFileCheckpointing: true,
    ...questions,
    spawnClaudeCodeProcess: spawn,
  };
}

/** These and no others, whatever else the program finds. */
function skillsOf({ loaded }: ChildSpec, staged: string | null): Pick<Options, 'plugins' | 'skills'> {
  if (staged === null) return {};
  return {
    plugins: [{ type: 'local', path: staged, skipMcpDiscovery: true }],
    skills: loaded.commands.map(({ name }) => `${pluginName}:${name}`),
  };
}

/** Works under the rules, the mode and the model of the conversation, whatever its file says. */
function definitionOf({ description, prompt, tools, withoutTools }: LoadedSubagent): AgentDefinition {
  return {
    description,
    prompt,
    model: 'inherit',
    ...(tools === null ? {} : { tools: [...tools] }),
    ...(withoutTools.length === 0 ? {} : { disallowedTools: [...withoutTools] }),
  };
}

/**
 * The workspace's instructions and nothing else: without them empty, as the SDK has it by default. Never recorded and never taken from a
 * record: what was trusted before must not go on in a conversation that is resumed. Source: SDK 0.3.332, `systemPrompt`.
 */
function systemPrompt({ instructions }: LoadedWorkspace): NonNullable<Options['systemPrompt']> {
  return { type: 'custom', prompt: instructions ?? '', snapshot: false };
}

/** What a spare must fit. `workspace` null: a directory of the conversation's own. */
export interface WarmSpec {
  readonly workspace: string | null;
  readonly model: string | null;
  readonly permissionMode: PermissionMode;
  readonly profile: LaunchProfile;
  readonly loaded: WorkspaceLoad;
  /** As in `ChildSpec`. */
  readonly maxBudgetUsd?: number | null;
}
