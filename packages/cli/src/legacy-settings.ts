import { isAbsolute, join } from 'node:path';
import {
  apiKeySchema,
  chosenSettingsSchema,
  narrowRules,
  parseAllowRule,
  type SettingsPatch,
} from '@postern/contract';
import { HiddenText } from './hidden-text.ts';

/** What becomes of an earlier settings file. */
export interface ImportPlan {
  /** What is taken over. The mode is always `ask`: permissions are given again, by the user, where they are used. */
  readonly patch: Omit<SettingsPatch, 'apiKey'>;
  readonly apiKey: HiddenText | null;
  /** Everything that is not taken over, secrets replaced: for the copy that is kept. */
  readonly leftovers: Readonly<Record<string, unknown>>;
  /** The earlier file's whole content without its secrets. */
  readonly copy: Readonly<Record<string, unknown>>;
  /** Sentences for the user: what was not taken over, and why. */
  readonly notices: readonly string[];
}

const secretName = /key|token|secret|password|credential|verifier/i;
const removed = '[removed]';

/**
 * Plans the import of an earlier app's settings (`anthropic_api_key`, `workspace`, `always_allow`, `auth_mode`, `model`, `theme`,
 * `permission_mode`). Never carries bypassed permissions over. Pure.
 * @throws TypeError where it is no JSON object
 */
export function planImport(earlier: unknown, homeDir: string): ImportPlan {
  if (typeof earlier !== 'object' || earlier === null || Array.isArray(earlier))
    throw new TypeError('The earlier settings are not a JSON object.');
  const old = earlier as Readonly<Record<string, unknown>>;
  const { shape } = chosenSettingsSchema;
  const notices: string[] = [];
  const patch: { -readonly [Key in keyof ImportPlan['patch']]: ImportPlan['patch'][Key] } = {
    permissionMode: 'ask',
  };
  const taken = new Set<string>();

  const apiKey = keyOf(old['anthropic_api_key'], notices);
  if (apiKey !== null) taken.add('anthropic_api_key');

  const workspace = workspaceOf(old['workspace'], homeDir);
  if (workspace !== null && shape.workspace.safeParse(workspace).success) {
    patch.workspace = workspace;
    taken.add('workspace');
  } else if (present(old['workspace']))
    notices.push('The workspace is not an absolute path and was left out.');

  const model = shape.model.safeParse(old['model']);
  if (model.success && model.data !== null) {
    patch.model = model.data;
    taken.add('model');
  }
  const theme = shape.theme.safeParse(old['theme']);
  if (theme.success) {
    patch.theme = theme.data;
    taken.add('theme');
  }
  if (present(old['always_allow'])) {
    const allowed = allowedByWorkspace(old['always_allow']);
    if (Object.keys(allowed).length > 0) patch.alwaysAllow = allowed;
    if (JSON.stringify(allowed) === JSON.stringify(old['always_allow'])) taken.add('always_allow');
    else
      notices.push(
        'Permissions for everything are not imported. Postern asks, and you can choose "always" per workspace.',
      );
  }
  if (present(old['permission_mode']) && old['permission_mode'] !== 'ask')
    notices.push('The permission mode becomes "ask"; it can be changed in Settings.');
  if (present(old['auth_mode']))
    notices.push(
      'The sign-in method is not imported. Postern uses the first credential that works, a sign-in before the key. The order is in Settings.',
    );
  const tokens = Object.keys(old).filter((name) => /token/i.test(name) && present(old[name]));
  if (tokens.length > 0) notices.push('Tokens are not imported. Sign in once.');

  const copy = withoutSecrets(old) as Record<string, unknown>;
  const leftovers = Object.fromEntries(Object.entries(copy).filter(([name]) => !taken.has(name)));
  return { patch, apiKey, leftovers, copy, notices };
}

function keyOf(value: unknown, notices: string[]): HiddenText | null {
  if (!present(value)) return null;
  const key = apiKeySchema.safeParse(typeof value === 'string' ? value.trim() : value);
  if (key.success) return new HiddenText(key.data);
  notices.push('What is saved as API key does not look like one and was left out.');
  return null;
}

function workspaceOf(value: unknown, homeDir: string): string | null {
  if (typeof value !== 'string') return null;
  const path = value === '~' || value.startsWith('~/') ? join(homeDir, value.slice(1)) : value;
  return isAbsolute(path) ? path : null;
}

/** Only a workspace's own list, each name as narrow as this version keeps it; commands and hosts are asked for again. */
function allowedByWorkspace(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const lists = Object.entries(value).filter(
    (entry): entry is [string, string[]] =>
      Array.isArray(entry[1]) && entry[1].every((name) => typeof name === 'string'),
  );
  const { rules } = narrowRules(Object.fromEntries(lists));
  const kept = Object.entries(rules).map(([workspace, texts]): [string, string[]] => [
    workspace,
    texts.filter((text) => parseAllowRule(text)?.type === 'files'),
  ]);
  return Object.fromEntries(kept.filter(([, texts]) => texts.length > 0));
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}

/** By name and by look: a secret under a name that says nothing is one all the same. */
function withoutSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string')
    return secretName.test(name) || /sk-ant-|^eyJ|^Bearer /i.test(value) ? removed : value;
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutSecrets(each, `${name} ${key}`)]),
  );
}
