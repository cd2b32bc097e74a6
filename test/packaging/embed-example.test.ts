import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestPlace, testPlace } from './installed-program.ts';

const example = resolve(import.meta.dirname, '../../examples/embed.ts');
let place: TestPlace;
beforeAll(() => {
  place = testPlace();
  for (const name of ['home', 'tmp']) mkdirSync(join(place.path, name));
});
afterAll(() => place.close());

describe('the example app of docs/embedding.md', () => {
  const run = (prompt: string) =>
    promisify(execFile)(process.execPath, [example, prompt], {
      env: { PATH: process.env['PATH'], HOME: join(place.path, 'home'), TMPDIR: join(place.path, 'tmp') },
      timeout: 100_000,
    });

  it('signs in, asks, prints the answer, says what it cost, and leaves nothing of Postern’s behind', async () => {
    const { stdout, stderr } = await run('Say hello');
    expect(stdout).toContain('You asked: “Say hello”');
    expect(stderr).toMatch(/^signed in as \S+@\S+\n\n\$[\d.]+, receipt \S+\n$/);
    // The Agent SDK's program leaves folders of its own there.
    const left = readdirSync(join(place.path, 'tmp')).filter((name) => name.startsWith('postern'));
    expect(left).toEqual([]);
  });

  it('answers no to what the agent asks', async () => {
    const file = join(place.path, 'must-not-be.txt');
    const { stdout } = await run(`Write a file called ${file}`);
    expect(stdout).toContain('The person did not allow this.');
    expect(existsSync(file)).toBe(false);
  });
});
