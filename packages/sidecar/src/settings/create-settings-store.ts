import { type ChosenSettings, chosenSettingsSchema, narrowRules } from '@postern/contract';
import type { Report } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { Documents } from '../store/index.ts';
import { type ReadSettings, readSettings, recordToStore } from './read-settings.ts';
import type { ChosenSettingsPatch, SettingsStore } from './settings-store.ts';

const documentName = 'settings';
/** The schema takes no more; the oldest rule goes, and is asked for again. */
const mostRulesPerWorkspace = 200;

/** The module's main export: what the user chose, over one document. */
export function createSettingsStore(deps: {
  readonly documents: Documents;
  readonly report: Report;
  readonly log: (line: string) => void;
}): SettingsStore {
  /** Members that were reported as unreadable, so that each is reported once for as long as it lasts. */
  let reported: readonly string[] = [];

  /** The record that was read last, and what it says: each model call reads the settings, and checking every member costs more than the rest. */
  let last: { readonly document: unknown; readonly text: string; readonly found: ReadSettings } | null = null;

  function lastRead(): ReadSettings {
    const document = deps.documents.read(documentName);
    if (last !== null && last.document === document) return last.found;
    const text = JSON.stringify(document);
    const found = last?.text === text ? last.found : readSettings(document);
    last = { document, text, found };
    return found;
  }

  function look(): ReadSettings {
    const found = lastRead();
    const news = found.unreadable.filter((name) => !reported.includes(name));
    // Before the report: its listeners read the settings.
    reported = found.unreadable;
    if (news.length > 0) {
      deps.log(`stored settings that cannot be read count as the strictest: ${news.join(', ')}`);
      deps.report({ type: 'settings_unreadable', members: news });
    }
    return found;
  }

  const read = (): ChosenSettings => look().settings;

  function change(
    keys: readonly string[],
    next: (current: ChosenSettings) => ChosenSettingsPatch,
  ): ChosenSettings {
    deps.documents.update(documentName, (document) => {
      const current = readSettings(document).settings;
      const patch = next(current);
      const merged = mergedWith(current, patch);
      const alwaysAllow = { ...narrowRules(merged.alwaysAllow).rules };
      return recordToStore(document, patch, { ...merged, alwaysAllow });
    });
    if (keys.length > 0) deps.report({ type: 'settings_changed', keys });
    return read();
  }

  /** The rules of one workspace, changed within one transaction: another window or process may change them as well. */
  function changeRules(workspace: string, next: (rules: readonly string[]) => readonly string[]): void {
    const { alwaysAllow: kept } = read();
    const current = Object.hasOwn(kept, workspace) ? (kept[workspace] ?? []) : [];
    if (next(current) === current) return;
    change(['alwaysAllow'], ({ alwaysAllow }) => {
      const { [workspace]: rules = [], ...others } = alwaysAllow;
      const changed = [...next(rules)];
      return {
        alwaysAllow: changed.length === 0 ? others : { ...others, [workspace]: changed },
      };
    });
  }

  return {
    read,
    unreadable: () => look().unreadable,
    check: (patch) => void mergedWith(read(), patch),
    update: (patch) => change(Object.keys(patch), () => patch),
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

/** What follows from a patch, checked as a whole. @throws InvalidRequestError `invalid_setting` */
function mergedWith(current: ChosenSettings, patch: ChosenSettingsPatch): ChosenSettings {
  const merged = { ...current, ...patch, fallback: { ...current.fallback, ...patch.fallback } };
  const checked = chosenSettingsSchema.safeParse(merged);
  if (!checked.success)
    throw new InvalidRequestError('invalid_setting', checked.error.issues[0]?.path.join('.') ?? '');
  return checked.data;
}
