import type {
  CanUseTool,
  Options,
  PermissionMode,
  SpawnedProcess,
  SpawnOptions,
} from '@anthropic-ai/claude-agent-sdk';
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
  /** True where the conversation was begun before: its history is loaded. */
  readonly resumes: boolean;
}

/** What the SDK is told about one child. Nothing is loaded from settings files, `.mcp.json` or plugins. */
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
    permissionMode: spec.permissionMode,
    planModeInstructions,
    tools: [...agentTools],
    settings: rules.settings,
    ...(rules.sandbox === null ? {} : { sandbox: rules.sandbox }),
    settingSources: [],
    strictMcpConfig: true,
    mcpServersDelivery: 'initialize',
    includePartialMessages: true,
    // What the person writes reaches the model as written: "/clear" is no command here and "@path" reads no file.
    verbatimPrompts: true,
    canUseTool,
    spawnClaudeCodeProcess: spawn,
  };
}
