import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('./ends-with-us.ts', import.meta.url));

it('a short program ends with the process that started it', async () => {
  // The pipe that it was given is at its end when both have gone.
  const program = `
    import { spawn } from 'node:child_process';
    import { endsWithUs } from ${JSON.stringify(source)};
    const waits = ['-e', 'process.stdout.write("started"); setTimeout(() => {}, 60_000)'];
    const child = spawn(process.execPath, waits, { stdio: ['ignore', 'inherit', 'inherit'] });
    endsWithUs(child);
    setTimeout(() => process.exit(0), 300);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const begunAt = performance.now();
  child.stdout.resume();
  await Promise.all([once(child.stdout, 'end'), once(child, 'exit')]);
  expect(performance.now() - begunAt).toBeLessThan(30_000);
  expect(child.exitCode).toBe(0);
});
