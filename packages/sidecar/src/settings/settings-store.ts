import type { ChosenSettings } from '@postern/contract';

/** What the person chose. */
export interface SettingsStore {
  read(): ChosenSettings;
  /** Changes only what the patch names; reports `settings_changed` with its keys. @throws InvalidRequestError `invalid_setting` */
  update(patch: ChosenSettingsPatch): ChosenSettings;
  /** `Always allow` of the approval sheet. */
  allowAlways(workspace: string, toolName: string): void;
}

export type ChosenSettingsPatch = {
  readonly [Key in keyof ChosenSettings]?: Key extends 'fallback'
    ? Partial<ChosenSettings['fallback']>
    : ChosenSettings[Key];
};
