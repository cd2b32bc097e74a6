import type { Settings, SettingsPatch } from '@postern/contract';

/** Settings as they look with a choice that the sidecar has not answered. Keys are no choice: they are never shown. */
export function withChoice(
  settings: Settings,
  { apiKey: _, apiKeys: __, forgetRule, fallback, ...chosen }: SettingsPatch,
): Settings {
  return withDefined(settings, {
    ...chosen,
    ...(forgetRule === undefined ? {} : { alwaysAllow: without(settings.alwaysAllow, forgetRule) }),
    fallback: withDefined(settings.fallback, fallback ?? {}),
  });
}

function without(
  remembered: Settings['alwaysAllow'],
  { workspace, rule }: NonNullable<SettingsPatch['forgetRule']>,
): Settings['alwaysAllow'] {
  const rules = Object.hasOwn(remembered, workspace) ? (remembered[workspace] ?? []) : [];
  return { ...remembered, [workspace]: rules.filter((each) => each !== rule) };
}

/** What is undefined in `changes` changes nothing. */
function withDefined<Whole extends object>(
  whole: Whole,
  changes: { readonly [Name in keyof Whole]?: Whole[Name] | undefined },
): Whole {
  return {
    ...whole,
    ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
  };
}
