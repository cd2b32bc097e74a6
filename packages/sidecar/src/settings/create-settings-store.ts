import { type ChosenSettings, chosenSettingsSchema, defaultSettings } from '@postern/contract';
import type { Report } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { Documents } from '../store/index.ts';
import type { ChosenSettingsPatch, SettingsStore } from './settings-store.ts';

const documentName = 'settings';
/** More would make one workspace's list unreadable; the schema refuses more anyway. */
const mostToolsPerWorkspace = 200;

/** The room's main export: what the person chose, over one document. */
export function createSettingsStore(deps: {
  readonly documents: Documents;
  readonly report: Report;
  readonly log: (line: string) => void;
}): SettingsStore {
  function read(): ChosenSettings {
    return settingsOf(deps.documents.read(documentName), deps.log);
  }

  function update(patch: ChosenSettingsPatch): ChosenSettings {
    const stored = deps.documents.update(documentName, (document) => {
      const current = settingsOf(document, deps.log);
      const next = { ...current, ...patch, fallback: { ...current.fallback, ...patch.fallback } };
      const checked = chosenSettingsSchema.safeParse(next);
      if (!checked.success)
        throw new InvalidRequestError('invalid_setting', checked.error.issues[0]?.path.join('.') ?? '');
      return checked.data;
    });
    const keys = Object.keys(patch);
    if (keys.length > 0) deps.report({ type: 'settings_changed', keys });
    return settingsOf(stored, deps.log);
  }

  return {
    read,
    update,
    allowAlways(workspace, toolName) {
      const { alwaysAllow } = read();
      const tools = alwaysAllow[workspace] ?? [];
      if (tools.includes(toolName)) return;
      update({
        alwaysAllow: { ...alwaysAllow, [workspace]: [...tools, toolName].slice(-mostToolsPerWorkspace) },
      });
    },
  };
}

/** Defaults for whatever is not there: a record of an older version lacks keys, and one bad value must not take the rest down. */
function settingsOf(document: unknown, log: (line: string) => void): ChosenSettings {
  if (typeof document !== 'object' || document === null) return defaultSettings;
  const shape = chosenSettingsSchema.shape;
  const settings: Record<string, unknown> = { ...defaultSettings };
  for (const key of Object.keys(shape) as (keyof typeof shape)[]) {
    if (!Object.hasOwn(document, key)) continue;
    const value = shape[key].safeParse((document as Record<string, unknown>)[key]);
    if (value.success) settings[key] = value.data;
    else log(`the stored setting ${key} cannot be read; its default is used`);
  }
  return chosenSettingsSchema.parse(settings);
}
