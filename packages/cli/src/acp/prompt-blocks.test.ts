import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { preparedPrompt } from './prompt-blocks.ts';

it('leaves no picture behind where another one cannot be written', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'postern-blocks-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true });
  });
  vi.stubEnv('TMPDIR', dir);
  const picture = { type: 'image', mimeType: 'image/png', data: 'cG5n' } as const;
  // The second one's name is taken as soon as the folder of the first one is there.
  const blocks = [
    picture,
    {
      get type() {
        for (const folder of readdirSync(dir))
          mkdirSync(join(dir, folder, 'attachment-2.png'), { recursive: true });
        return 'image' as const;
      },
      ...{ mimeType: 'image/png', data: 'cG5n' },
    },
  ];
  await expect(preparedPrompt(blocks)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readdirSync(dir)).toEqual([]);
});
