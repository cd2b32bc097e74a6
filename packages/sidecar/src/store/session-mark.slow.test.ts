import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openTestStore, temporaryDirectory } from '../../test/support/store/harness.ts';

const program = resolve(import.meta.dirname, '../../test/support/store/write-and-wait.program.ts');

async function killedSession(dataDir: string): Promise<void> {
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}

function directory(): { readonly dataDir: string; readonly path: string } {
  const { path, remove } = temporaryDirectory();
  onTestFinished(remove);
  return { dataDir: path, path: join(path, 'postern.db') };
}

/** What the next session finds: the document of the one before, and what it says was lost. */
async function nextSession(dataDir: string) {
  const store = await openTestStore(dataDir);
  const found = { kept: store.documents.read('kept'), losses: store.losses, detail: store.health().detail };
  store.beginSession();
  await store.close();
  return found;
}

it('a log that was deleted after a crash is missed, once', async () => {
  const { dataDir, path } = directory();
  await killedSession(dataDir);
  expect(existsSync(`${path}-wal`)).toBe(true);
  rmSync(`${path}-wal`);
  const found = await nextSession(dataDir);
  expect(found).toMatchObject({ kept: null, losses: [expect.stringContaining('postern.db-wal')] });
  expect(found.detail).toContain('What was stored since then is lost');
  expect((await nextSession(dataDir)).losses).toEqual([]);
});

it('nothing is missed after a crash with the log in place, a clean end, or a database begun anew', async () => {
  const { dataDir, path } = directory();
  for (let time = 0; time < 3; time += 1) {
    await killedSession(dataDir);
    expect(await nextSession(dataDir)).toMatchObject({ kept: { by: 'the session' }, losses: [] });
    expect(await nextSession(dataDir)).toMatchObject({ kept: { by: 'the session' }, losses: [] });
  }
  renameSync(path, `${path}.old`);
  expect(await nextSession(dataDir)).toMatchObject({ kept: null, losses: [] });
});

it('nothing is missed where a session was killed between its two marks', async () => {
  const { dataDir, path } = directory();
  await killedSession(dataDir);
  rmSync(`${path}.session`);
  expect((await nextSession(dataDir)).losses).toEqual([]);
});
