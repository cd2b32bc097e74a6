import { ConfigurationError, exitCodes } from '../errors/index.ts';
import type { Environment } from './configuration.ts';

/**
 * Options of Node's that people set for a whole session and that neither load code, nor open a port, nor write memory or keys
 * to a file, nor weaken a connection. Source: https://nodejs.org/docs/latest-v24.x/api/cli.html#node_optionsoptions.
 */
const harmlessOptions: ReadonlySet<string> = new Set([
  ...['max-old-space-size', 'max-old-space-size-percentage', 'max-semi-space-size', 'max-heap-size'],
  ...['stack-trace-limit', 'v8-pool-size', 'max-http-header-size', 'secure-heap', 'secure-heap-min'],
  ...['warnings', 'disable-warning', 'trace-warnings', 'deprecation', 'trace-deprecation'],
  ...['pending-deprecation', 'throw-deprecation', 'enable-source-maps', 'title', 'disable-sigusr1'],
  ...['use-system-ca', 'use-openssl-ca', 'use-bundled-ca', 'openssl-legacy-provider', 'enable-fips'],
  ...['force-fips', 'dns-result-order', 'network-family-autoselection', 'use-env-proxy'],
  ...['network-family-autoselection-attempt-timeout', 'strip-types', 'experimental-strip-types'],
]);

/**
 * Refuses to run where a variable opens the process, its connections or its memory to others (docs/spec/faults.md#f52). Names the variable
 * and never repeats a value.
 * @throws ConfigurationError `unsafe_environment` (78)
 */
export function refuseUnsafeEnvironment(environment: Environment): void {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw unsafe('NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of who answers. Unset it.');
  if ((environment['NODE_DEBUG'] ?? '') !== '')
    throw unsafe('NODE_DEBUG prints what is sent and how programs are started, secrets included. Unset it.');
  if ((environment['NODE_COMPILE_CACHE'] ?? '') !== '')
    throw unsafe('NODE_COMPILE_CACHE runs compiled code out of a folder that is not Postern’s. Unset it.');
  const option = firstUnknownOption(environment['NODE_OPTIONS'] ?? '');
  if (option !== null)
    throw unsafe(
      `NODE_OPTIONS holds ${option}, which is not known to be harmless to a program that holds credentials. Unset it for Postern.`,
    );
}

/** The first option that is not on the list, without its value; null where there is none. Words that are no option are values. */
function firstUnknownOption(text: string): string | null {
  const options = text
    .replaceAll(/["\\]/g, '')
    .split(/\s+/)
    .filter((word) => word.startsWith('-'))
    .map((word) => /^-+[^=]*/.exec(word)?.[0] ?? word);
  return options.find((option) => !harmlessOptions.has(nameOf(option))) ?? null;
}

/** `--no-warnings` and `--max_old_space_size` are the options `warnings` and `max-old-space-size`; `-r` has one dash and none of these. */
function nameOf(option: string): string {
  return option.replace(/^--(?:no-)?/, '').replaceAll('_', '-');
}

function unsafe(detail: string): ConfigurationError {
  return new ConfigurationError('unsafe_environment', exitCodes.configuration, detail);
}
