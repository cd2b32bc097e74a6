/** What the user chose. */
export { createSettingsStore } from './create-settings-store.ts';
export type { ChosenSettingsPatch, SettingsStore } from './settings-store.ts';
