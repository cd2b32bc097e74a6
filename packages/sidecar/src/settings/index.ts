/** What the person chose. */
export { createSettingsStore } from './create-settings-store.ts';
export type { ChosenSettingsPatch, SettingsStore } from './settings-store.ts';
