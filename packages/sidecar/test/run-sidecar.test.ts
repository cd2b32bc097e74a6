import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { runSidecar } from '../src/run-sidecar.ts';

/** A start that asks for a passphrase and gets none; `isStopped`: because it was asked to end meanwhile. */
async function startWithoutPassphrase(isStopped: boolean) {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-run-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const stop = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await runSidecar(
    { mode: 'sandbox', port: 0, dataDir, store: 'passphrase_file', open: false, json: true },
    {},
    {
      stdout,
      stderr,
      openWindow: null,
      askPassphrase: async () => {
        if (isStopped) stop.abort();
        return null;
      },
      stop: stop.signal,
    },
  );
  return { exitCode, printed: `${stdout.read() ?? ''}${stderr.read() ?? ''}` };
}

test('a start without a passphrase ends with what to do', async () => {
  const { exitCode, printed } = await startWithoutPassphrase(false);
  expect(exitCode).toBe(78);
  expect(printed).toContain('passphrase_missing');
});

test('a start that is asked to end while it waits for the passphrase ends as any other does', async () => {
  expect(await startWithoutPassphrase(true)).toEqual({ exitCode: 0, printed: '' });
});
