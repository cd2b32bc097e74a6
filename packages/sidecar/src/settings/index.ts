/** What the person chose. */
export type { ChosenSettingsPatch, SettingsStore } from './settings-store.ts';
