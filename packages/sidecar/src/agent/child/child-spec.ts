import type {
  CanUseTool,
  Options,
  PermissionMode,
  SpawnedProcess,
  SpawnOptions,
} from '@anthropic-ai/claude-agent-sdk';
import type { LoadedWorkspace } from '../../trust/index.ts';
import type { LaunchProfile } from './launch-profile.ts';
import { agentTools, type PermissionRules, planModeInstructions } from './permission-rules.ts';

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
  readonly loaded: LoadedWorkspace;
  /** True where the conversation was begun before: its history is loaded. */
  readonly resumes: boolean;
}

/**
 * The SDK options of one child. The program itself loads nothing from settings files, `.mcp.json`, CLAUDE.md or plugins: what the
 * user trusted in a workspace is handed to it as text, so that it is what they saw.
 */
export function childOptions(
  spec: ChildSpec,
  agentContext: {
    readonly program: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly rules: PermissionRules;
    readonly canUseTool: CanUseTool;
    readonly spawn: (options: SpawnOptions) => SpawnedProcess;
  },
): Options {
  const { program, environment, rules, canUseTool, spawn } = agentContext;
  return {
    pathToClaudeCodeExecutable: program,
    env: { ...environment },
    cwd: spec.workspace,
    ...(spec.resumes ? { resume: spec.conversationId } : { sessionId: spec.conversationId }),
    ...(spec.model === null ? {} : { model: spec.model }),
    systemPrompt: systemPrompt(spec.loaded),
    permissionMode: spec.permissionMode,
    planModeInstructions,
    tools: [...agentTools],
    settings: rules.settings,
    ...(rules.sandbox === null ? {} : { sandbox: rules.sandbox }),
    settingSources: [],
    strictMcpConfig: true,
    mcpServersDelivery: 'initialize',
    includePartialMessages: true,
    // What the user writes reaches the model as written: "/clear" is no command here and "@path" reads no file.
    verbatimPrompts: true,
    canUseTool,
    spawnClaudeCodeProcess: spawn,
  };
}

/**
 * The workspace's instructions and nothing else: without them empty, as the SDK has it by default. Never recorded and never taken from a
 * record: what was trusted before must not go on in a conversation that is resumed. Source: SDK 0.3.332, `systemPrompt`.
 */
function systemPrompt({ instructions }: LoadedWorkspace): NonNullable<Options['systemPrompt']> {
  return { type: 'custom', prompt: instructions ?? '', snapshot: false };
}
