import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** As in a container: a data directory of its own, and no home that can be written. No path below a file can, not even for root. */
async function startWithout(variables: Readonly<Record<string, string>>): Promise<Postern> {
  const postern = await startPostern({ variables });
  onTestFinished(() => postern.household.close());
  await signInByCommand(postern);
  return postern;
}

it('a home that cannot be written: questions are answered in the temporary folder, and the doctor says so', async () => {
  const { household } = await startWithout({ HOME: '/dev/null' });
  const ask = await household.run(['ask', 'Hello']);
  expect(ask).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('You asked: “Hello”') });
  const doctor = JSON.parse((await household.run(['doctor', '--json'])).stdout);
  expect(doctor.findings).toContainEqual({
    code: 'workspace_temporary',
    level: 'notice',
    text: expect.stringContaining('/dev/null/.cache/postern/workspaces cannot be used (ENOTDIR)'),
    nextStep: expect.any(String),
  });
});

it('no folder can be written at all: it is said before the first question, and a chosen folder works', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'postern-unwritable-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
  // The program itself cannot do without a temporary folder; ours in it is somebody else's.
  writeFileSync(join(temporary, `postern-${process.getuid?.()}`), '');
  const { household, command, client } = await startWithout({ HOME: '/dev/null', TMPDIR: temporary });
  expect(command.stderr()).toContain('"code":"workspace_unavailable"');
  expect((await client.diagnostics({ tryCredentials: false })).findings).toContainEqual(
    expect.objectContaining({ code: 'workspace_unavailable', level: 'problem' }),
  );

  const without = await household.run(['ask', 'Hello']);
  expect(without).toMatchObject({ exitCode: 78, stdout: '' });
  expect(without.stderr).toContain('No folder can be made for the conversation to work in');
  expect(without.stderr).toContain('Choose a folder in Settings or with --workspace');

  const chosen = await household.run(['ask', '--workspace', household.workspace, 'Hello']);
  expect(chosen).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('You asked: “Hello”') });
  await client.updateSettings({ workspace: household.workspace });
  expect((await household.run(['ask', 'Hello again'])).exitCode).toBe(0);
  expect((await client.conversations()).items).toHaveLength(2);
});
