import { type Settings, settingsPatchSchema, settingsSchemaVersion } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import { firstIdOf, instant, type Report, type SignIn, usualWaitHours } from '../credentials/index.ts';
import type { DelegatedSignIns } from '../delegated/index.ts';
import { Failure, InvalidRequestError } from '../errors/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { OAuthClient } from '../oauth/index.ts';
import { Secret } from '../secret/index.ts';
import type { ChosenSettingsPatch, SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import type { Preferences } from './accounts.ts';
import { createFirstSignIn } from './first-sign-in.ts';

export interface PreferencesDeps {
  readonly settings: SettingsStore;
  readonly store: Pick<Store, 'apiKeys' | 'signIns'>;
  readonly accessTokens: Pick<AccessTokens, 'current'>;
  readonly oauth: Pick<OAuthClient, 'provider'>;
  readonly gateway: Pick<Gateway, 'tryCredential'>;
  readonly delegated: Pick<DelegatedSignIns, 'present'>;
  readonly report: Report;
  readonly log: (line: string) => void;
}

/** A command that works alone brings what no route has checked. */
const keysSchema = settingsPatchSchema.pick({ apiKey: true, apiKeys: true });

/** What the answer says of what was never set: a record holds only what was. */
const unsetFallback = {
  ...{ capUsdPerTurn: null, capUsdPerMonth: null, capUsdPerWorkspacePerDay: null },
  waitAtMostHours: usualWaitHours,
};

/** `GET` and `POST /settings`: what the user chose, joined with what is known of the credentials (docs/spec/contract.md#settings). */
export function createPreferences(deps: PreferencesDeps): Preferences {
  const firstKeyId = firstIdOf('api_key');
  /** The key that the settings show: the first one, or what there is instead. */
  function shownKeyId(): string {
    const ids = deps.store.apiKeys.ids();
    return ids.includes(firstKeyId) ? firstKeyId : (ids[0] ?? firstKeyId);
  }

  const firstSignIn = createFirstSignIn(deps);

  /** What of the settings needs the sealing key, without these keys. @throws StoreError */
  async function sealedParts(
    except: ReadonlySet<string> = new Set(),
  ): Promise<{ readonly record: SignIn; readonly last4: string }> {
    const record = await deps.accessTokens.current(await firstSignIn());
    const shown = shownKeyId();
    const key = except.has(shown) ? null : await deps.store.apiKeys.read(shown);
    return { record, last4: key?.lastFour() ?? '' };
  }

  async function read(): Promise<Settings> {
    const { record, last4 } = await sealedParts();
    const hasApiKey = deps.store.apiKeys.ids().length > 0;
    const present = await deps.delegated.present();
    const unreadable = deps.settings.unreadable();
    const chosen = deps.settings.read();
    return {
      schemaVersion: settingsSchemaVersion,
      oauthProvider: deps.oauth.provider,
      hasOAuthToken: record.tokens !== null,
      oauthExpiresAt: record.tokens === null ? null : instant(record.tokens.expiresAtMs),
      hasApiKey,
      apiKey: hasApiKey ? { last4 } : null,
      hasClaudeCodeLogin: present.claudeCode,
      hasConsoleProfile: present.consoleProfile,
      ...{ mcpServers: {}, ...chosen },
      fallback: { ...unsetFallback, ...chosen.fallback },
      ...(unreadable.length === 0 ? {} : { unreadable: [...unreadable] }),
    };
  }

  async function writeKey(id: string, value: string | null): Promise<void> {
    // A removal of nothing is no event.
    if (value === null && !deps.store.apiKeys.ids().includes(id)) return;
    await deps.store.apiKeys.write(id, value === null ? null : new Secret(value));
    deps.report({
      type: 'credential_changed',
      kind: 'api_key',
      status: value === null ? 'absent' : 'active',
      reason: null,
    });
    if (value === null) return;
    void deps.gateway.tryCredential(id).catch((error: unknown) => {
      deps.log(`trying the new API key: ${error instanceof Failure ? error.code : 'unexpected failure'}`);
    });
  }

  return {
    read,
    async update({ apiKey, apiKeys = {}, forgetRule, ...chosen }) {
      const patch = withoutUndefined(chosen);
      const keys = new Map(Object.entries(apiKeys));
      if (apiKey !== undefined) keys.set(apiKey === null ? shownKeyId() : firstKeyId, apiKey);
      // Whatever may fail goes first: an invalid setting, then a store that is locked. A failure means that nothing was changed.
      deps.settings.check(patch);
      if (!keysSchema.safeParse({ apiKey, apiKeys }).success)
        throw new InvalidRequestError('invalid_setting', 'apiKey has the wrong form');
      await sealedParts(new Set(keys.keys()));
      for (const [id, key] of keys) await writeKey(id, key);
      if (Object.keys(chosen).length > 0) deps.settings.update(patch);
      if (forgetRule !== undefined) deps.settings.forgetRule(forgetRule);
      return await read();
    },
  };
}

/** The schema's optional keys may be present and undefined; a patch names only what it changes. */
function withoutUndefined(patch: Record<string, unknown>): ChosenSettingsPatch {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
