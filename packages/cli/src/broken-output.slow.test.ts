import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../bin/postern.ts', import.meta.url));

it('a full disk under the output is told in one sentence, with exit code 74', async () => {
  const child = spawn(process.execPath, [program, 'completion', 'bash'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  expect([exitCode, said]).toEqual([74, 'postern: Standard output cannot be written (ENOSPC).\n']);
});
