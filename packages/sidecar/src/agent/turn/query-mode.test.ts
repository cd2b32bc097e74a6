import { describe, expect, it } from 'vitest';
import { QueryMode } from './query-mode.ts';

/** A mode with what its program and its listeners got to know of it. */
function open(first: 'ask' | 'accept_edits' | 'plan') {
  const said: string[] = [];
  const mode = new QueryMode(first, () => said.push(`kept ${mode.current}`));
  mode.announceTo(({ data }) => said.push(`${data.from} to ${data.to}: ${data.reason}`));
  const program = (name: string) => ({
    async changePermissionMode(to: string) {
      said.push(`${name}: ${to}`);
    },
  });
  return { mode, said, program };
}

describe('the mode of a query', () => {
  it('reaches the program that serves it, after everything here goes by it', async () => {
    const { mode, said, program } = open('accept_edits');
    mode.serve(program('first'));
    await mode.choose('ask');
    expect(said).toEqual(['kept ask', 'accept_edits to ask: user', 'first: default']);
  });

  it('is what it was where a program that stays refuses, and says so', async () => {
    const { mode, said } = open('ask');
    mode.serve({
      async changePermissionMode() {
        throw new Error('refused');
      },
    });
    await expect(mode.choose('accept_edits')).rejects.toThrow('refused');
    expect(mode.current).toBe('ask');
    expect(said).toEqual([
      ...['kept accept_edits', 'ask to accept_edits: user'],
      ...['kept ask', 'accept_edits to ask: user'],
    ]);
  });

  it('says nothing where it is what it was', async () => {
    const { mode, said, program } = open('plan');
    mode.serve(program('first'));
    await mode.choose('plan');
    expect(said).toEqual([]);
  });

  it('goes to the program that serves the query now, and to none that has left it', async () => {
    const { mode, said, program } = open('ask');
    const leaveFirst = mode.serve(program('first'));
    const leaveSecond = mode.serve(program('second'));
    leaveFirst();
    await mode.choose('plan');
    leaveSecond();
    await mode.choose('ask');
    expect(said.filter((each) => each.includes(': ') && !each.includes(' to '))).toEqual(['second: plan']);
    expect(mode.current).toBe('ask');
  });

  it('asks again once a plan is approved, and stays where it did not plan', async () => {
    const { mode, said } = open('plan');
    await mode.planApproved();
    await mode.choose('accept_edits');
    await mode.planApproved();
    expect(mode.current).toBe('accept_edits');
    expect(said).toContain('plan to ask: plan_approved');
  });
});
