import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../run-command.ts';
import type { ClientUnderTest } from '../clients/client.ts';

/** Installs one client, runs everything with it and prints each step. Gives how many were not as they must be. */
export async function runClient({ name, version, run }: ClientUnderTest): Promise<number> {
  const wrong: string[] = [];
  const steps: string[] = [];
  using installed = await installClient(`${name}@${version}`);
  const beganAt = performance.now();
  try {
    await run(installed.modules, (step, isRight, detail) => {
      steps.push(`    ${isRight ? 'ok   ' : 'WRONG'}  ${step}`);
      if (!isRight) wrong.push(`    ${step}: ${detail.slice(0, 2000)}`);
    });
  } catch (error) {
    wrong.push(`    ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`);
  }
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
  console.log(`${wrong.length === 0 ? 'ok' : 'WRONG'}  ${name} ${version}  ${seconds} s`);
  for (const line of [...steps, ...wrong]) console.log(line);
  return wrong.length;
}

/** In a temporary folder, without scripts: it brings programs for systems that a lock of this one does not know. @throws Error with what npm said */
async function installClient(client: string): Promise<Disposable & { readonly modules: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-client-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  const { exitCode, output } = await runCommand('npm', ['install', '--prefix', folder, ...options, client]);
  if (exitCode === 0) return { modules: join(folder, 'node_modules'), [Symbol.dispose]: remove };
  remove();
  throw new Error(`${client} could not be installed:\n${output.slice(-2000)}`);
}
