import { writeFileSync } from 'node:fs';
import type { Diagnostics, Finding } from '@postern/contract';
import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { fromHere } from '../current-folder.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import type { UseCases } from '../use-cases.ts';
import { withUseCases } from '../with-use-cases.ts';

const marks: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok      ',
  notice: 'notice  ',
  problem: 'PROBLEM ',
};

/** Prints every finding with what to do; exit code 1 where one is a problem, 73 where the bundle cannot be written. */
export async function doctor(
  context: Context,
  options: { readonly bundle?: string; readonly tryCredentials?: boolean },
): Promise<number> {
  const bundle = options.bundle === undefined ? null : fromHere(context, options.bundle, '--bundle');
  return await withUseCases(context, { create: true, memory: true }, async (useCases) => {
    if (!context.options.json) context.io.stderr.write('Checking. This takes a few seconds.\n');
    const diagnostics = await useCases.diagnostics({
      tryCredentials: options.tryCredentials === true,
    });
    if (context.options.json) printJson(context, diagnostics);
    else printLines(context, findingLines(diagnostics));
    const written = bundle === null || (await writeBundle(context, useCases, diagnostics, bundle));
    if (!written) return exitCode.cannotCreate;
    return diagnostics.findings.some((each) => each.level === 'problem') ? 1 : exitCode.ok;
  });
}

function findingLines({ findings }: Diagnostics): readonly string[] {
  return findings.flatMap((each) => [
    `${marks[each.level]}${each.text} [${each.code}]`,
    ...(each.nextStep === null ? [] : [`        → ${each.nextStep}`]),
  ]);
}

/** A new file with what others need in order to help: findings, credentials without accounts, the redacted timeline. */
async function writeBundle(
  context: Context,
  useCases: UseCases,
  diagnostics: Diagnostics,
  path: string,
): Promise<boolean> {
  const [credentials, timeline] = await Promise.all([
    useCases.credentials(),
    useCases.timeline({ limit: 200 }),
  ]);
  const bundle = {
    diagnostics,
    credentials: credentials.map(({ kind, status, expiresAt, cooldownUntil, reason }) => {
      return { kind, status, expiresAt, cooldownUntil, reason };
    }),
    timeline: timeline.items,
  };
  try {
    writeFileSync(path, `${JSON.stringify(bundle, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(`${path} is there already: name a new file`);
    context.io.stderr.write(`postern: ${path} could not be written.\n`);
    return false;
  }
  if (!context.options.json)
    printLines(context, ['', `Wrote ${path}. It holds no secret; read it before you share it.`]);
  return true;
}
