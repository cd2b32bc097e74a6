import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApprovalsHouse, bash, openApprovalsHouse, write } from './harness/approvals.ts';
import type { Attempt } from './harness/hostile-model.ts';

let house: ApprovalsHouse;
let work: string;
let outside: string;
beforeAll(async () => {
  house = await openApprovalsHouse();
  ({ work, outside } = house);
});
afterAll(() => house.close());

describe('between the question and the answer', () => {
  const changes: [string, () => Attempt, () => void, () => void][] = [
    [
      'a file that changed is not overwritten',
      () => write(join(work, 'race-file.txt'), 'mine'),
      () => writeFileSync(join(work, 'race-file.txt'), 'written meanwhile'),
      () => expect(readFileSync(join(work, 'race-file.txt'), 'utf8')).toBe('written meanwhile'),
    ],
    [
      'a folder that became a link leads nowhere',
      () => write(join(work, 'race-dir/x.txt')),
      () => {
        rmSync(join(work, 'race-dir'), { recursive: true, maxRetries: 5 });
        symlinkSync(outside, join(work, 'race-dir'));
      },
      () => expect(existsSync(join(outside, 'x.txt'))).toBe(false),
    ],
    [
      'a link that was turned leads nowhere',
      () => write(join(work, 'race-link/x.txt')),
      () => {
        unlinkSync(join(work, 'race-link'));
        symlinkSync(outside, join(work, 'race-link'));
      },
      () => expect(existsSync(join(outside, 'x.txt'))).toBe(false),
    ],
    [
      'a new file that became a link leads nowhere',
      () => write(join(work, 'race-new.txt')),
      () => symlinkSync(join(outside, 'x.txt'), join(work, 'race-new.txt')),
      () => expect(existsSync(join(outside, 'x.txt'))).toBe(false),
    ],
  ];
  test.each(changes)('%s, and nothing is remembered', async (_name, attempt, change, check) => {
    await house.forget();
    mkdirSync(join(work, 'race-dir'), { recursive: true });
    if (!existsSync(join(work, 'race-link'))) symlinkSync(join(work, 'src'), join(work, 'race-link'));
    writeFileSync(join(work, 'race-file.txt'), 'as it was asked about');
    const [, outcome] = await house.attempt(
      [{ tool: 'Read', input: { file_path: join(work, 'race-file.txt') } }, attempt()],
      () => {
        change();
        return 'always';
      },
    );
    expect(outcome).toMatchObject({ result: { isError: true, deniedBy: 'rule' } });
    check();
    expect((await house.postern.client.settings()).alwaysAllow).toEqual({});
  });

  test('a link that is turned after “always” is asked about again', async () => {
    await house.forget();
    symlinkSync(join(work, 'src'), join(work, 'turned'));
    await house.attempt([write(join(work, 'turned/one.txt'))], () => 'always');
    unlinkSync(join(work, 'turned'));
    symlinkSync(outside, join(work, 'turned'));
    const [outcome] = await house.attempt([write(join(work, 'turned/two.txt'))], () => 'deny');
    expect(outcome?.question).toMatchObject({ path: join(outside, 'two.txt'), outside: true });
  });
});

describe('several windows', () => {
  test('the first answer counts, the others are told that it is no longer open', async () => {
    await house.forget();
    house.model.attempts = [bash('echo several')];
    const { client } = house.postern;
    const refusals: unknown[] = [];
    const resolutions: string[] = [];
    for await (const event of client.runQuery({ prompt: 'Hello', workspace: work })) {
      if (event.event === 'permission_resolution') resolutions.push(event.data.decision);
      if (event.event !== 'permission_request') continue;
      const { requestId } = event.data;
      await client.approve({ requestId, decision: 'deny' });
      for (const decision of ['allow', 'deny'] as const)
        await client
          .approve({ requestId, decision, remember: true })
          .catch((error: unknown) => refusals.push(error));
    }
    expect(resolutions).toEqual(['deny']);
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'request_not_found' }),
      expect.objectContaining({ code: 'request_not_found' }),
    ]);
    expect((await client.settings()).alwaysAllow).toEqual({});
  });

  test('what one of them takes back is asked again in the others', async () => {
    await house.forget();
    const { client } = house.postern;
    await house.attempt([bash('echo kept'), bash('echo gone')], () => 'always');
    await client.updateSettings({ forgetRule: { workspace: work, rule: 'Bash(echo gone)' } });
    const [kept, gone] = await house.attempt([bash('echo kept'), bash('echo gone')], () => 'deny');
    expect([kept?.question, gone?.question === null]).toEqual([null, false]);
  });

  test.each([
    ['a tool’s name', 'Bash'],
    ['a pattern', 'Bash(npm *:*)'],
    ['an empty command', 'Bash()'],
    ['a host by its name alone', 'WebFetch'],
    ['every host', 'WebFetch(domain:*)'],
    ['a relative folder', 'Write(../**)'],
    ['a tool that is not known', 'Everything'],
  ])('%s is no rule that can be kept: %s', async (_name, rule) => {
    const { client } = house.postern;
    const kept = client.updateSettings({ alwaysAllow: { [work]: [rule] } });
    if (rule === 'Bash(npm *:*)') {
      // Taken to the letter: it covers a command of that very text.
      await kept;
      const [outcome] = await house.attempt([bash('npm run x')], () => 'deny');
      expect(outcome?.question).not.toBeNull();
    } else await expect(kept).rejects.toMatchObject({ code: 'invalid_setting' });
    await house.forget();
  });
});
