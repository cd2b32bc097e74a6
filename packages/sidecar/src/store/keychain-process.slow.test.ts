import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { KeychainProcess } from './keychain-process.ts';

const program = fileURLToPath(
  new URL('../../test/support/store/blocking-keychain.program.ts', import.meta.url),
);
const command = { program: process.execPath, args: [program] };
const entries = new KeychainProcess(command, process.env);
afterEach(() => {
  entries.giveUp();
});

test('it answers, and says what failed in the library’s own words', async () => {
  expect(await entries.get('x')).not.toBeNull();
  await expect(entries.get('fail')).rejects.toThrow('object locked');
});

test('it gets no key, no token and no flag of ours', async () => {
  const ours = {
    ANTHROPIC_API_KEY: 'sk-ant-x',
    POSTERN_PASSPHRASE: 'correct horse',
    NODE_OPTIONS: '--trace-warnings',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
  };
  const other = new KeychainProcess(command, ours);
  const names = JSON.parse((await other.get('x')) ?? '[]') as string[];
  other.giveUp();
  expect(names).toContain('DBUS_SESSION_BUS_ADDRESS');
  expect(names.filter((name) => /ANTHROPIC|PASSPHRASE|NODE_OPTIONS/.test(name))).toEqual([]);
});

test('a call that blocks the whole process can be given up, and the next one is answered', async () => {
  const blocked = entries.get('block');
  const rejected = expect(blocked).rejects.toThrow('was given up');
  await new Promise((resolve) => setTimeout(resolve, 0));
  entries.giveUp();
  await rejected;
  expect(await entries.get('x')).not.toBeNull();
});

test('a process that crashes fails the call, and the next one is answered', async () => {
  await expect(entries.get('crash')).rejects.toThrow('has ended');
  expect(await entries.get('x')).not.toBeNull();
});

test('a command ends although the keychain blocks, and leaves no process behind', async () => {
  const source = fileURLToPath(new URL('./keychain-process.ts', import.meta.url));
  const mark = randomUUID();
  const script = `
    import { KeychainProcess } from ${JSON.stringify(source)};
    const entries = new KeychainProcess(${JSON.stringify({ ...command, args: [program, mark] })}, process.env);
    // What waits for the keychain alone keeps no process alive.
    const waiting = setInterval(() => undefined, 1_000);
    await entries.get('x');
    process.stdout.write('answered');
    void entries.get('block').catch(() => undefined);
    setTimeout(() => clearInterval(waiting), 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(running(mark)).toBe(1);
  expect((await once(child, 'exit'))[0]).toBe(0);
  await vi.waitFor(() => expect(running(mark)).toBe(0));
});

/** How many processes were started with this argument; the script that starts them holds it inside another one. */
function running(mark: string): number {
  const commands = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return commands.filter((line) => line.endsWith(` ${mark}`)).length;
}
