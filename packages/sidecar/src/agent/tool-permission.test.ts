import { type ChosenSettings, defaultSettings, type QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import type { SettingsStore } from '../settings/index.ts';
import { Questions } from './questions.ts';
import { rememberedName, toolPermission } from './tool-permission.ts';

/** Settings that are kept in memory. */
function settingsWith(chosen: Partial<ChosenSettings>): SettingsStore {
  let settings = { ...defaultSettings, ...chosen };
  return {
    read: () => settings,
    update: () => settings,
    allowAlways(workspace, toolName) {
      settings = { ...settings, alwaysAllow: { ...settings.alwaysAllow, [workspace]: [toolName] } };
    },
  };
}

type Options = Parameters<ReturnType<typeof toolPermission>>[2];

function room(chosen: Partial<ChosenSettings>, answer: { decision: 'allow' | 'deny'; remember: boolean }) {
  const asked: QueryEvent[] = [];
  const settings = settingsWith(chosen);
  const questions: Questions = new Questions(
    (event) => {
      if (event.event !== 'permission_request') return;
      asked.push(event);
      queueMicrotask(() => questions.answer(event.data.requestId, answer));
    },
    Date.now,
    60_000,
  );
  const permit = toolPermission({
    workspace: '/w',
    attached: new Set(['/attached.txt']),
    mayRead: (path) => !path.startsWith('/data'),
    settings,
    questions,
    onNotRemembered: () => undefined,
  });
  const ask = (toolName: string, input: Record<string, unknown>, options: Partial<Options> = {}) =>
    permit(toolName, input, {
      signal: new AbortController().signal,
      toolUseID: 't',
      requestId: 'r',
      ...options,
    });
  return { ask, asked, settings };
}

const yes = { decision: 'allow', remember: false } as const;
const always = { decision: 'allow', remember: true } as const;
const no = { decision: 'deny', remember: false } as const;

describe('a tool call', () => {
  it('goes as the person says', async () => {
    expect(await room({}, yes).ask('Bash', { command: 'x' })).toEqual({
      behavior: 'allow',
      updatedInput: { command: 'x' },
    });
    expect(await room({}, no).ask('Bash', { command: 'x' })).toMatchObject({ behavior: 'deny' });
  });

  it('is remembered by the tool’s name in this workspace, and is not asked again', async () => {
    const { ask, asked, settings } = room({}, always);
    await ask('Bash', { command: 'one' });
    await ask('Bash', { command: 'two' });

    expect(settings.read().alwaysAllow).toEqual({ '/w': ['Bash'] });
    expect(asked).toHaveLength(1);
  });

  it('is asked all the same where the program forbids "always", and while planning', async () => {
    const alwaysAllow = { '/w': ['Bash'] };
    const dangerous = room({ alwaysAllow }, no);
    await dangerous.ask('Bash', { command: 'rm -rf ~' }, { suppressAlwaysAllowRule: true });
    const planning = room({ alwaysAllow, permissionMode: 'plan' }, no);
    await planning.ask('Bash', { command: 'x' });

    expect(dangerous.asked).toHaveLength(1);
    expect(planning.asked).toHaveLength(1);
  });

  it('never reaches the data directory, and reads what was attached without a question', async () => {
    const { ask, asked } = room({ alwaysAllow: { '/w': ['Write', 'Read'] } }, yes);

    expect(await ask('Write', { file_path: '/data/postern.db', content: '' })).toMatchObject({
      behavior: 'deny',
    });
    expect(await ask('Read', { file_path: '/attached.txt' })).toMatchObject({ behavior: 'allow' });
    expect(asked).toEqual([]);
  });

  it('to another host is another question', () => {
    expect(rememberedName('SandboxNetworkAccess', { host: 'a.example' })).toBe(
      'SandboxNetworkAccess(a.example)',
    );
    expect(rememberedName('Bash', { host: 'a.example' })).toBe('Bash');
  });
});
