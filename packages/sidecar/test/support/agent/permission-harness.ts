import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import {
  type ChosenSettings,
  defaultSettings,
  type PermissionMode,
  type QueryEvent,
} from '@postern/contract';
import { onTestFinished } from 'vitest';
import { type Answer, Questions } from '../../../src/agent/permission/questions.ts';
import { toolPermission } from '../../../src/agent/permission/tool-permission.ts';
import { QueryMode } from '../../../src/agent/turn/query-mode.ts';
import type { SettingsStore } from '../../../src/settings/index.ts';

type Question = Extract<QueryEvent, { event: 'permission_request' }>['data'];
export type Options = Parameters<ReturnType<typeof toolPermission>>[2];

/** Settings that are kept in memory. */
function settingsWith(chosen: Partial<ChosenSettings>): SettingsStore {
  let settings = { ...defaultSettings, ...chosen };
  return {
    read: () => settings,
    check: () => undefined,
    update: () => settings,
    allowAlways(workspace, rule) {
      const rules = [...(settings.alwaysAllow[workspace] ?? []), rule];
      settings = { ...settings, alwaysAllow: { ...settings.alwaysAllow, [workspace]: rules } };
    },
    forgetRule: () => undefined,
    unreadable: () => [],
  };
}

/** A workspace beside a folder that is none of it, and a person who answers as they are told. */
export function desk(
  answer: Answer,
  chosen: Partial<ChosenSettings> = {},
  meanwhile: () => void = () => undefined,
  permissionMode: PermissionMode = 'ask',
) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-permission-')));
  onTestFinished(() => rmSync(root, { recursive: true, maxRetries: 5 }));
  const [workspace, outside] = [join(root, 'work'), join(root, 'outside')];
  const [home, data] = [join(root, 'home'), join(root, 'data')];
  for (const dir of [workspace, outside, home, data]) mkdirSync(dir);
  const asked: Question[] = [];
  const settings = settingsWith(chosen);
  const questions: Questions = new Questions(
    (event) => {
      if (event.event !== 'permission_request') return;
      asked.push(event.data);
      meanwhile();
      queueMicrotask(() => questions.answer(event.data.requestId, answer));
    },
    Date.now,
    60_000,
  );
  const permit = toolPermission({
    ...{ workspace, home, mode: new QueryMode(permissionMode) },
    attached: new Set([join(outside, 'attached.txt')]),
    mayRead: (path) => path !== data && !path.startsWith(`${data}${sep}`),
    settings,
    questions,
    previewer: { preview: async () => ({ diff: null, caution: null }) },
    onNotRemembered: () => undefined,
  });
  const ask = (toolName: string, input: Record<string, unknown>, options: Partial<Options> = {}) =>
    permit(toolName, input, {
      signal: new AbortController().signal,
      toolUseID: 't',
      requestId: 'r',
      ...options,
    });
  return { ask, asked, settings, root, workspace, outside, home, data };
}

export const yes = { decision: 'allow', remember: false } as const;
export const always = { decision: 'allow', remember: true } as const;
export const no = { decision: 'deny', remember: false } as const;
