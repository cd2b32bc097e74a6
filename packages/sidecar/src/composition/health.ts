import type { Health } from '@postern/contract';
import type { Store } from '../store/index.ts';
import { version } from '../version.ts';

/** `GET /health`: what is missing, by name. */
export function healthOf(
  mode: Health['mode'],
  store: Pick<Store, 'health'>,
  program: string | null,
  uiDirectory: string | null,
): Health {
  const missing = [
    ...(program === null ? ['agent_program'] : []),
    ...(mode === 'live' && store.health().kind !== 'os_keychain' ? ['os_keychain'] : []),
    ...(uiDirectory === null ? ['ui'] : []),
  ];
  const degraded = program === null || uiDirectory === null || !store.health().healthy;
  return { status: degraded ? 'degraded' : 'ok', version, mode, missing };
}
