import type { PermissionMode } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { ProgramMode } from './program-mode.ts';

const stays = new Promise<void>(() => undefined);

function program(refuses = false) {
  const asked: PermissionMode[] = [];
  const setPermissionMode = async (mode: PermissionMode): Promise<void> => {
    asked.push(mode);
    if (refuses) throw new Error('closed');
  };
  return { asked, running: { setPermissionMode } };
}

describe('the mode of a program', () => {
  it('is asked for before a first turn only where it is another than it was started with', async () => {
    const { asked, running } = program();
    const mode = new ProgramMode('default', stays);
    await mode.begin(running, () => 'default', false);
    await mode.begin(running, () => 'plan', false);
    await mode.begin(running, () => 'plan', true);
    expect(asked).toEqual(['plan', 'plan']);
  });

  it('that was changed before a turn which then did not begin is put right for the next one', async () => {
    const { asked, running } = program();
    const mode = new ProgramMode('default', stays);
    await mode.change(null, 'plan');
    await mode.change(running, 'acceptEdits');
    await mode.begin(running, () => 'default', false);
    expect(asked).toEqual(['acceptEdits', 'default']);
  });

  it('is no failure once the program has left, and is one where it stays', async () => {
    const { running } = program(true);
    await new ProgramMode('default', Promise.resolve()).change(running, 'plan');
    await expect(new ProgramMode('default', stays).change(running, 'plan')).rejects.toThrow('closed');
  });
});
