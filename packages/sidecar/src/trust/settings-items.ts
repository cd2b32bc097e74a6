import type { WorkspaceItem } from '@postern/contract';
import type { FoundFile } from './found-files.ts';
import { leadsOut } from './instructions.ts';

/** Why what could be loaded, and is not, is not. */
export const notYet = 'Not yet loaded by Postern.';
const authenticates = 'A credential never comes from a folder: Postern chooses it.';
const reroutes = 'Only Postern decides where the agent’s requests go.';
const permits = 'Only you decide what runs without asking.';
const hooks = 'Hooks are commands that run automatically. Postern loads none.';

/** Names of settings, and why they never load. Source: https://code.claude.com/docs/en/settings. */
const neverLoaded: Readonly<Record<string, string>> = {
  apiKeyHelper: authenticates,
  awsAuthRefresh: authenticates,
  awsCredentialExport: authenticates,
  gcpAuthRefresh: authenticates,
  otelHeadersHelper: authenticates,
  forceLoginMethod: authenticates,
  forceLoginOrgUUID: authenticates,
  proxyAuthHelper: authenticates,
  permissions: permits,
  skipDangerousModePermissionPrompt: permits,
  enableAllProjectMcpServers: permits,
  enabledMcpjsonServers: permits,
  sandbox: permits,
  additionalDirectories: permits,
  statusLine: hooks,
  disableAllHooks: hooks,
};

/** The items of `.claude/settings.json` or `.claude/settings.local.json`: names only, because values may be secrets. Pure. */
export function settingsItems(found: FoundFile): WorkspaceItem[] {
  const { file } = found;
  const settings = jsonObjectIn(found);
  if (typeof settings === 'string') return [refused('setting', file, file, 'Settings', settings)];
  return Object.entries(settings).flatMap(([name, value]) => {
    if (name === 'env' && isRecord(value))
      return Object.keys(value).map((variable) =>
        refused('setting', `env.${variable}`, file, 'An environment variable', reasonOfVariable(variable)),
      );
    if (name === 'hooks' && isRecord(value))
      return Object.keys(value).map((event) =>
        refused('hook', event, file, 'Commands that run automatically', hooks),
      );
    const reason = Object.hasOwn(neverLoaded, name) ? neverLoaded[name] : undefined;
    return [refused('setting', name, file, 'A setting', reason ?? notYet)];
  });
}

/** An item that does not load. */
export function refused(
  kind: WorkspaceItem['kind'],
  name: string,
  file: string,
  summary: string,
  reason: string,
): WorkspaceItem {
  return { kind, name, file, summary, loads: false, reason, text: null };
}

function reasonOfVariable(name: string): string {
  if (/KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|AUTH|HEADERS/i.test(name)) return authenticates;
  if (/URL|PROXY|ENDPOINT|HOST|BEDROCK|VERTEX|FOUNDRY|CERT|CA_/i.test(name)) return reroutes;
  return notYet;
}

/** The object in a file, or why there is none. Pure. */
export function jsonObjectIn({ text }: FoundFile): Record<string, unknown> | string {
  if (text === null) return leadsOut;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : 'It is not a JSON object.';
  } catch {
    return 'It is no JSON.';
  }
}

/** Whether a value is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
