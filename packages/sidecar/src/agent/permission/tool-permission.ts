import { stat } from 'node:fs/promises';
import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk';
import { allowRuleInWords, describeToolCall, formatAllowRule, type PermissionMode } from '@postern/contract';
import type { SettingsStore } from '../../settings/index.ts';
import { agentQuestionTool, askTheUser } from './agent-question.ts';
import { cautionsOf } from './cautions.ts';
import type { ChangePreviewer } from './change-previewer.ts';
import { type Denial, denials } from './denials.ts';
import { isLocalAddress } from './local-address.ts';
import type { Questions } from './questions.ts';
import { fetchedUrl, isCovered, type JudgedCall, ruleFor } from './remembered-rule.ts';
import { isFileTool, type TargetContext, type ToolTarget, toolTarget } from './tool-target.ts';

/** What one turn's permissions depend on. */
export interface PermissionContext extends TargetContext {
  /** Real paths the user attached: they may be read without asking. */
  readonly attached: ReadonlySet<string>;
  /** False inside the data directory and the folders of a sign-in. Takes a real path. */
  readonly mayRead: (path: string) => boolean;
  readonly mode: { readonly current: PermissionMode; planApproved(): Promise<void> };
  readonly settings: SettingsStore;
  readonly questions: Questions;
  readonly previewer: Pick<ChangePreviewer, 'preview'>;
  readonly onNotRemembered: (cause: unknown) => void;
}

/** Levels of an input that can be shown. */
const deepest = 100;
/** Longest text of an input, in characters, that is in the event as a description as well. */
const longestDescribed = 65_536;
/** Tools whose change to a file can be shown. */
const changing: ReadonlySet<string> = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit']);

/**
 * Asks the user about a tool call, unless it was settled before: attached by them, or covered by a rule they gave in this workspace.
 * What was judged is what runs: the call goes on with the real path that was shown, and not at all where that place, or the file there,
 * changed while the question was open.
 */
export function toolPermission(context: PermissionContext): CanUseTool {
  return async (toolName, input, options) => {
    const target = await toolTarget(toolName, input, context);
    const refused = refusalOf(toolName, input, target, context);
    if (refused !== null) return denied(refused);
    // What a subagent does is asked about call by call. It runs within its own: one in the background would outlive the turn.
    if (toolName === 'Agent') return allowed({ ...input, run_in_background: false });
    if (toolName === agentQuestionTool) {
      const answered = await askTheUser(input, context.questions, options.signal);
      return typeof answered === 'string' ? denied(answered) : allowed(answered);
    }
    const permitted = allowed(pinned(toolName, input, target));
    if (toolName === 'Read' && target?.path != null && context.attached.has(target.path)) return permitted;
    const call: JudgedCall = { toolName, input, target, context };
    // What the program will not let a rule allow for good, the user must see each time.
    const alwaysAsk = options.suppressAlwaysAllowRule === true || options.defaultToNo === true;
    // A plan changes nothing, whatever was allowed before.
    if (!alwaysAsk && context.mode.current !== 'plan' && isCovered(call, rulesIn(context))) return permitted;

    const rule = alwaysAsk ? null : ruleFor(call);
    const remember = rule === null ? null : { rule: formatAllowRule(rule), words: allowRuleInWords(rule) };
    const path = target?.path ?? null;
    const isChange = changing.has(toolName) && path !== null;
    const before = isChange ? await stampOf(path) : null;
    const preview = isChange ? await context.previewer.preview({ toolName, path, input }) : null;
    const cautions = await cautionsOf(call, preview?.caution ?? null);
    const answer = await context.questions.ask(
      (requestId) => ({
        event: 'permission_request',
        data: {
          requestId,
          toolName,
          input,
          // What another tool calls a path is its own affair: nothing is claimed about its place.
          ...(path === null || !isFileTool(toolName) ? {} : { path, outside: target?.outside === true }),
          ...(preview?.diff == null ? {} : { diff: preview.diff }),
          ...(isLong(input) ? {} : { call: describeToolCall(toolName, input) }),
          cautions,
          remember,
          expiresAt: null,
        },
      }),
      options.signal,
    );
    if (answer.decision === 'deny') return denied(answer.unanswered ? 'no_answer' : 'person');
    if (target !== null && (await toolTarget(toolName, input, context))?.path !== path)
      return denied('changed_meanwhile');
    if (isChange && (await stampOf(path)) !== before) return denied('changed_meanwhile');
    if (answer.remember && remember !== null) {
      try {
        context.settings.allowAlways(context.workspace, remember.rule);
      } catch (cause) {
        // The yes counts for this once all the same.
        context.onNotRemembered(cause);
      }
    }
    if (toolName === 'ExitPlanMode') await context.mode.planApproved();
    return permitted;
  };
}

/** Denied without asking: Postern's own folders, a file whose location cannot be determined, and pages of this machine. */
function refusalOf(
  toolName: string,
  input: Readonly<Record<string, unknown>>,
  target: ToolTarget | null,
  { mayRead }: PermissionContext,
): Denial | null {
  if (isTooDeep(input)) return 'unshown_input';
  const page = toolName === 'WebFetch' ? fetchedUrl(input) : null;
  if (page !== null && isLocalAddress(page.hostname)) return 'local_address';
  if (target === null) return null;
  if (target.path === null) return isFileTool(toolName) ? 'unresolved_path' : null;
  return mayRead(target.path) ? null : 'rule';
}

function rulesIn({ settings, workspace }: PermissionContext): readonly string[] {
  const { alwaysAllow } = settings.read();
  return Object.hasOwn(alwaysAllow, workspace) ? (alwaysAllow[workspace] ?? []) : [];
}

/**
 * The input with the real path in place of the one that was named, so that the tool acts where the question said. A search keeps its
 * own words: its pattern may belong to them.
 */
function pinned(
  toolName: string,
  input: Record<string, unknown>,
  target: ToolTarget | null,
): Record<string, unknown> {
  if (target?.member == null || target.path === null || !isFileTool(toolName) || toolName === 'Glob')
    return input;
  return { ...input, [target.member]: target.path };
}

/** Whether an input is nested deeper than any screen can show: what cannot be shown is not asked about, and does not run. */
function isTooDeep(input: Readonly<Record<string, unknown>>): boolean {
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

/** Whether an input is too long to be in the event twice: who reads it describes it with the same function. */
function isLong(input: Readonly<Record<string, unknown>>): boolean {
  return Object.values(input).some((value) => typeof value === 'string' && value.length > longestDescribed);
}

/** By what a file is known again; `none` where there is none. */
async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${dev}.${ino}.${size}.${mtimeNs}`;
  } catch {
    return 'none';
  }
}

function allowed(input: Record<string, unknown>): PermissionResult {
  return { behavior: 'allow', updatedInput: input };
}

function denied(by: Denial): PermissionResult {
  return { behavior: 'deny', message: denials[by] };
}
