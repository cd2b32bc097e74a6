import type { ChosenSettings } from '@postern/contract';

/** What the user chose. */
export interface SettingsStore {
  /** What cannot be read counts as the strictest; the first look that finds such a member reports `settings_unreadable`. */
  read(): ChosenSettings;
  /** Members that cannot be read, until the user sets them again: `alwaysAllow`, `fallback.onUsageLimit`. */
  unreadable(): readonly string[];
  /** Says beforehand what `update` would say of the patch. @throws InvalidRequestError `invalid_setting` */
  check(patch: ChosenSettingsPatch): void;
  /** Changes only what the patch names; reports `settings_changed` with its keys. @throws InvalidRequestError `invalid_setting` */
  update(patch: ChosenSettingsPatch): ChosenSettings;
  /** Remembers an answer: a rule as `formatAllowRule` writes it. @throws InvalidRequestError `invalid_setting` */
  allowAlways(workspace: string, rule: string): void;
  /** Takes one remembered answer back; nothing happens where it is not remembered. */
  forgetRule(remembered: { readonly workspace: string; readonly rule: string }): void;
}

export type ChosenSettingsPatch = {
  readonly [Key in keyof ChosenSettings]?: Key extends 'fallback'
    ? Partial<ChosenSettings['fallback']>
    : ChosenSettings[Key];
};
