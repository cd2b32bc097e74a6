import { askUsage, type ChildRegistry, createUsageRefresher, type UsageRefresher } from '../agent/index.ts';
import type { Clock, DelegatedCredentials, Report } from '../credentials/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { version } from '../version.ts';
import type { Configuration } from './configuration.ts';

/** How late the notice of a reset may be, ms; short, so that it comes soon after a computer wakes. */
const lookEveryMs = 20_000;

/** Plan windows on request, each account's read by the program that holds its login. */
export function usageRefresher(
  configuration: Configuration,
  deps: {
    readonly delegated: DelegatedCredentials;
    readonly children: ChildRegistry;
    readonly documents: Parameters<typeof createUsageRefresher>[0]['documents'];
    readonly clock: Clock;
    readonly log: (line: string) => void;
  },
): UsageRefresher {
  const asking = {
    programPath: configuration.claudeProgram,
    baseEnvironment: configuration.environment,
    version,
    children: deps.children,
    log: (level: string, text: string): void => {
      if (level !== 'debug') deps.log(text);
    },
  };
  return createUsageRefresher({
    ...deps,
    ask: (signIn) => askUsage(asking, signIn),
    sandbox: configuration.mode === 'sandbox',
  });
}

/** Reports the reset of each window of which a notice was given before. Gives the function that ends it. */
export function watchResets(
  ledger: Pick<Ledger, 'takeResets'>,
  report: Report,
  everyMs: number = lookEveryMs,
): () => void {
  const look = (): void => {
    for (const notice of ledger.takeResets()) report({ type: 'usage_notice', ...notice });
  };
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}
