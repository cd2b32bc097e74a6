import { type ChosenSettings, chosenSettingsSchema, defaultSettings, narrowRules } from '@postern/contract';
import type { Report } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { Documents } from '../store/index.ts';
import type { SettingsStore } from './settings-store.ts';

const documentName = 'settings';
/** The schema takes no more; the oldest rule goes, and is asked for again. */
const mostRulesPerWorkspace = 200;

/** The room's main export: what the person chose, over one document. */
export function createSettingsStore(deps: {
  readonly documents: Documents;
  readonly report: Report;
  readonly log: (line: string) => void;
}): SettingsStore {
  function read(): ChosenSettings {
    return settingsOf(deps.documents.read(documentName), deps.log);
  }

  function change(
    keys: readonly string[],
    next: (current: ChosenSettings) => ChosenSettings,
  ): ChosenSettings {
    const stored = deps.documents.update(documentName, (document) => {
      const checked = chosenSettingsSchema.safeParse(next(settingsOf(document, deps.log)));
      if (!checked.success)
        throw new InvalidRequestError('invalid_setting', checked.error.issues[0]?.path.join('.') ?? '');
      return { ...checked.data, alwaysAllow: { ...narrowRules(checked.data.alwaysAllow).rules } };
    });
    if (keys.length > 0) deps.report({ type: 'settings_changed', keys });
    return settingsOf(stored, deps.log);
  }

  /** The rules of one workspace, changed within one transaction: another window or process may change them as well. */
  function changeRules(workspace: string, next: (rules: readonly string[]) => readonly string[]): void {
    const current = read().alwaysAllow[workspace] ?? [];
    if (next(current) === current) return;
    change(['alwaysAllow'], (settings) => {
      const { [workspace]: rules = [], ...others } = settings.alwaysAllow;
      const changed = [...next(rules)];
      return {
        ...settings,
        alwaysAllow: changed.length === 0 ? others : { ...others, [workspace]: changed },
      };
    });
  }

  return {
    read,
    update: (patch) =>
      change(Object.keys(patch), (current) => ({
        ...current,
        ...patch,
        fallback: { ...current.fallback, ...patch.fallback },
      })),
    allowAlways: (workspace, rule) =>
      changeRules(workspace, (rules) =>
        rules.includes(rule) ? rules : [...rules, rule].slice(-mostRulesPerWorkspace),
      ),
    forgetRule: ({ workspace, rule }) =>
      changeRules(workspace, (rules) =>
        rules.includes(rule) ? rules.filter((each) => each !== rule) : rules,
      ),
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
