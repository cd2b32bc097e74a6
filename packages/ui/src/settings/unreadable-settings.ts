import type { Settings } from '@postern/contract';
import type { SettingsPlace } from '../state/route.ts';

/** Names of settings that could not be read and count as the strictest until they are set again. A sidecar without the member has none. */
export function unreadableSettings(settings: Settings): readonly string[] {
  const unreadable: unknown = 'unreadable' in settings ? settings.unreadable : [];
  return Array.isArray(unreadable) ? unreadable.filter((each) => typeof each === 'string') : [];
}

const names: Readonly<Record<string, string>> = {
  credentialOrder: 'the payment order',
  fallback: 'when another account may be used',
  workspace: 'the workspace for new conversations',
  model: 'the model',
  permissionMode: 'when the agent must ask',
  alwaysAllow: 'what is always allowed',
  theme: 'the appearance',
  accounts: 'the names and order of accounts',
  workspaceCredential: 'accounts by workspace',
  warmPrograms: 'faster answers',
  desktopNotices: 'desktop notifications',
  mcpServers: 'your MCP servers',
};

/** What a setting is called in the app; one that is not known keeps its own name. */
export function settingName(name: string): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

const places: Readonly<Record<string, SettingsPlace>> = {
  fallback: 'paying',
  workspace: 'workspaces',
  workspaceCredential: 'workspaces',
  model: 'agent',
  permissionMode: 'agent',
  alwaysAllow: 'agent',
  warmPrograms: 'agent',
  theme: 'window',
};

/** The place of Settings where a setting is; one that is not known is looked for at the first. */
export function placeOfSetting(name: string): SettingsPlace {
  return Object.hasOwn(places, name) ? (places[name] ?? 'accounts') : 'accounts';
}
