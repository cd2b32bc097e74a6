import { CommandError, UsageError } from './command-error.ts';
import type { Environment, SharedOptions } from './context.ts';

const storeKinds: readonly NonNullable<SharedOptions['store']>[] = [
  'os_keychain',
  'passphrase_file',
  'memory',
];

/** The options every command takes; an option wins over its variable. @throws UsageError; CommandError `invalid_configuration` for a variable */
export function sharedOptions(
  given: Readonly<Record<string, unknown>>,
  mode: SharedOptions['mode'],
  environment: Environment,
): SharedOptions {
  const { dataDir, store, json, sandboxKind } = given;
  if (dataDir === '') throw new UsageError('--data-dir is empty');
  const storeName = typeof store === 'string' ? store : (environment['POSTERN_STORE'] ?? '');
  const kind = storeKinds.find((each) => each === storeName) ?? null;
  if (kind === null && storeName !== '')
    throw new CommandError('invalid_configuration', `POSTERN_STORE must be one of ${storeKinds.join(', ')}.`);
  return {
    mode,
    dataDir: typeof dataDir === 'string' ? dataDir : null,
    store: kind,
    json: json === true,
    ...(sandboxKind === 'platform' && { sandboxKind }),
  };
}

/** A whole number in a range. @throws UsageError naming the option */
export function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to))
    throw new UsageError(`${name} must be a whole number from ${from} to ${to}`);
  return value;
}
