import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk';
import type { DeniedBy } from '@postern/contract';
import type { SettingsStore } from '../settings/index.ts';
import { denials } from './denials.ts';
import { changeProposed } from './file-diff.ts';
import type { Questions } from './questions.ts';

/** What one turn's permissions depend on. */
export interface PermissionContext {
  readonly workspace: string;
  /** Real paths the person attached: they may be read without asking. */
  readonly attached: ReadonlySet<string>;
  /** False inside the data directory. */
  readonly mayRead: (path: string) => boolean;
  readonly settings: SettingsStore;
  readonly questions: Questions;
  readonly onNotRemembered: (cause: unknown) => void;
}

/** Asks the person about a tool call, unless it was settled before: attached by them, or always allowed in this workspace. */
export function toolPermission(context: PermissionContext): CanUseTool {
  return async (toolName, input, options) => {
    const { workspace, settings, questions, mayRead } = context;
    const path = await pathOf(input, workspace);
    if (path !== null && !mayRead(path)) return denied('rule');
    if (toolName === 'Read' && path !== null && context.attached.has(path)) return allowed(input);
    const name = rememberedName(toolName, input);
    // What the program will not let a rule allow for good, a person must see each time.
    const alwaysAsk = options.suppressAlwaysAllowRule === true || options.defaultToNo === true;
    if (!alwaysAsk && isAlwaysAllowed(settings, workspace, name)) return allowed(input);

    const change = await changeProposed(toolName, input, workspace, mayRead);
    const answer = await questions.ask(
      (requestId, expiresAt) => ({
        event: 'permission_request',
        data: {
          requestId,
          toolName,
          input,
          ...(change === null ? {} : { path: change.path }),
          ...(change === null || change.diff === null ? {} : { diff: change.diff }),
          expiresAt,
        },
      }),
      options.signal,
    );
    if (answer.decision === 'deny') return denied(answer.unanswered ? 'no_answer' : 'person');
    if (answer.remember) {
      try {
        settings.allowAlways(workspace, name);
      } catch (cause) {
        // The yes counts for this once all the same.
        context.onNotRemembered(cause);
      }
    }
    return allowed(input);
  };
}

/** The name under which "always" is kept: the tool's, and for the sandbox's network question the host's as well. */
export function rememberedName(toolName: string, input: Readonly<Record<string, unknown>>): string {
  const { host } = input;
  return toolName === 'SandboxNetworkAccess' && typeof host === 'string' ? `${toolName}(${host})` : toolName;
}

function isAlwaysAllowed(settings: SettingsStore, workspace: string, name: string): boolean {
  const { alwaysAllow, permissionMode } = settings.read();
  const names = Object.hasOwn(alwaysAllow, workspace) ? alwaysAllow[workspace] : undefined;
  // A plan changes nothing, whatever was allowed before.
  return permissionMode !== 'plan' && names !== undefined && names.includes(name);
}

/** The real path a file tool is about; a new file's is where its name leads. Null where it names none. */
async function pathOf(input: Readonly<Record<string, unknown>>, workspace: string): Promise<string | null> {
  const named = input['file_path'] ?? input['notebook_path'] ?? input['path'];
  if (typeof named !== 'string') return null;
  const path = resolve(workspace, named);
  return await realpath(path).catch(() => path);
}

function allowed(input: Record<string, unknown>): PermissionResult {
  return { behavior: 'allow', updatedInput: input };
}

function denied(by: DeniedBy): PermissionResult {
  return { behavior: 'deny', message: denials[by] };
}
