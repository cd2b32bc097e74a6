import { statSync } from 'node:fs';
import { join } from 'node:path';
import { apiKeySchema, type SettingsPatch } from '@postern/contract';
import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { fromHere } from '../current-folder.ts';
import { exitCode } from '../exit-code.ts';
import { HiddenText } from '../hidden-text.ts';
import { keepCopy, type LegacyFile, readLegacyFile, removeEntry } from '../legacy-file.ts';
import { type ImportPlan, planImport } from '../legacy-settings.ts';
import { placesOf } from '../places.ts';
import { printJson, printLines } from '../print.ts';
import { askYesNo } from '../terminal.ts';
import type { UseCases } from '../use-cases.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Options of `import`. */
export interface ImportOptions {
  readonly file?: string;
  readonly fromEnv?: boolean;
  readonly replaceKey?: boolean;
  readonly removeKey?: boolean;
  readonly dryRun?: boolean;
}

/** What was done, as `--json` prints it. */
interface Report {
  readonly changed: readonly string[];
  readonly apiKey: 'saved' | 'kept' | 'none';
  readonly removedFromFile: boolean;
  readonly copy: string | null;
  readonly leftovers: readonly string[];
  readonly notices: readonly string[];
}

/** Takes over an earlier app's settings, or the key of the environment. */
export async function importSettings(context: Context, options: ImportOptions): Promise<number> {
  if (options.fromEnv === true) return await importFromEnvironment(context, options);
  const file = readLegacyFile(
    options.file === undefined
      ? join(context.homeDir, '.palette-app', 'config.json')
      : fromHere(context, options.file, '--file'),
  );
  const plan = withExistingWorkspace(planOf(file, context.homeDir));
  if (options.dryRun === true) {
    print(context, { ...reportOf(plan), apiKey: plan.apiKey === null ? 'none' : 'saved' }, 'Would import');
    return exitCode.ok;
  }
  return await withUseCases(context, { create: true, memory: false }, async (useCases, running) => {
    const copy = keepCopy(running?.dataDir ?? placesOf(context)[0].dataDir, plan.copy, new Date());
    const apiKey = await save(context, useCases, plan.patch, plan.apiKey, options);
    const removedFromFile = apiKey === 'saved' && (await removeKey(context, file, options));
    print(context, { ...reportOf(plan), apiKey, copy, removedFromFile }, 'Imported');
    return exitCode.ok;
  });
}

async function importFromEnvironment(context: Context, options: ImportOptions): Promise<number> {
  const key = apiKeySchema.safeParse(context.environment['ANTHROPIC_API_KEY']);
  if (!key.success) throw new UsageError('ANTHROPIC_API_KEY holds no API key');
  const plan = { patch: {}, apiKey: new HiddenText(key.data), leftovers: {}, notices: [] };
  if (options.dryRun === true) {
    print(context, { ...reportOf(plan), apiKey: 'saved' }, 'Would import');
    return exitCode.ok;
  }
  return await withUseCases(context, { create: true, memory: false }, async (useCases) => {
    const apiKey = await save(context, useCases, {}, plan.apiKey, options);
    print(context, { ...reportOf(plan), apiKey }, 'Imported');
    return exitCode.ok;
  });
}

/** One update for all of it: either everything is taken over, or nothing. A key that is saved already is replaced only on request. */
async function save(
  context: Context,
  useCases: UseCases,
  patch: SettingsPatch,
  key: HiddenText | null,
  options: ImportOptions,
): Promise<Report['apiKey']> {
  const { hasApiKey } = await useCases.settings();
  const question = 'A key is saved already. Replace it by the imported one?';
  const replace =
    key !== null && (!hasApiKey || options.replaceKey === true || (await askYesNo(context.io, question)));
  const apiKey = key !== null && replace === true ? key : null;
  await useCases.updateSettings({ ...patch, ...(apiKey === null ? {} : { apiKey: apiKey.toSend() }) });
  if (key === null) return 'none';
  return apiKey === null ? 'kept' : 'saved';
}

async function removeKey(context: Context, file: LegacyFile, options: ImportOptions): Promise<boolean> {
  const question = `The key still stands readable in ${file.path}. Remove it there?`;
  if (options.removeKey !== true && (await askYesNo(context.io, question)) !== true) return false;
  removeEntry(file, 'anthropic_api_key');
  return true;
}

function planOf(file: LegacyFile, homeDir: string): ImportPlan {
  try {
    return planImport(file.value, homeDir);
  } catch {
    throw new UsageError(`${file.path} holds no settings`);
  }
}

function withExistingWorkspace(plan: ImportPlan): ImportPlan {
  const { workspace, ...rest } = plan.patch;
  if (typeof workspace !== 'string' || statSync(workspace, { throwIfNoEntry: false })?.isDirectory() === true)
    return plan;
  const notices = [...plan.notices, `The workspace ${workspace} no longer exists and was left out.`];
  return { ...plan, patch: rest, leftovers: { ...plan.leftovers, workspace }, notices };
}

function reportOf(plan: Pick<ImportPlan, 'patch' | 'leftovers' | 'notices'>): Report {
  return {
    changed: Object.keys(plan.patch),
    apiKey: 'none',
    removedFromFile: false,
    copy: null,
    leftovers: Object.keys(plan.leftovers),
    notices: plan.notices,
  };
}

function print(context: Context, report: Report, verb: string): void {
  if (context.options.json) {
    printJson(context, report);
    return;
  }
  const names = [...report.changed, ...(report.apiKey === 'saved' ? ['the API key'] : [])];
  const left = report.leftovers.length === 0 ? [] : [`Left out: ${report.leftovers.join(', ')}.`];
  const kept =
    report.apiKey === 'kept' ? ['The key that was saved before is kept (--replace-key replaces it).'] : [];
  const copy = report.copy === null ? [] : [`A copy without secrets is in ${report.copy}.`];
  printLines(context, [
    `${verb}: ${names.join(', ') || 'nothing'}.`,
    ...kept,
    ...left,
    ...report.notices,
    ...copy,
  ]);
  if (report.apiKey === 'saved' && !report.removedFromFile && report.copy !== null)
    printLines(context, ['The key still stands in the earlier file; --remove-key removes it there.']);
}
