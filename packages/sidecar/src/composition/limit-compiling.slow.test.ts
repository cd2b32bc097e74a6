import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const calls = 300;

/** Reads answers with undici in a process of its own, and gives the compilers that V8 used for its WebAssembly. */
async function compilersUsed(before: string): Promise<ReadonlySet<string>> {
  const script = `
    import { createServer } from 'node:http';
    import { request } from ${JSON.stringify(import.meta.resolve('undici'))};
    import { limitCompiling } from ${JSON.stringify(new URL('limit-compiling.ts', import.meta.url).href)};
    ${before}
    const server = createServer((_request, response) => response.end('x'.repeat(1_000)));
    await new Promise((listens) => server.listen(0, '127.0.0.1', listens));
    for (let call = 0; call < ${calls}; call += 1) {
      const { body } = await request('http://127.0.0.1:' + server.address().port);
      await body.dump();
    }
    // A compiler may be at work in another thread.
    setTimeout(() => process.exit(), 2_000);`;
  const options = ['--trace-wasm-compilation-times', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return new Set(
    Array.from(stdout.matchAll(/^Compiled function .* using (\w+),/gm), ([, name = '']) => name),
  );
}

it('has V8 compile nothing of what reads HTTP for speed, which it does otherwise', async () => {
  const [limited, usual] = await Promise.all([compilersUsed('limitCompiling();'), compilersUsed('')]);
  expect([...limited]).toEqual(['Liftoff']);
  expect([...usual].sort()).toEqual(['Liftoff', 'TurboFan']);
});
