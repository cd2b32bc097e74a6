import { z } from 'zod';
import { statedTime } from '../credentials/index.ts';
import { runProgram } from './run-program.ts';

const timeoutMs = 10_000;

/** What `claude auth status --json` says. A local check only: a login that has ended still counts as one. Source: program 2.1.330. */
const reportSchema = z.object({
  loggedIn: z.boolean(),
  authMethod: z.string(),
  email: z.string().nullish(),
  orgName: z.string().nullish(),
  subscriptionType: z.string().nullish(),
  loginExpiresAt: z.union([z.string(), z.number()]).nullish(),
});

/** The user's own sign-in as the unmodified program reports it; never a token. */
export interface ClaudeCodeLogin {
  /** True only for a login of the plan's own kind, not for a key the program found somewhere. */
  readonly signedIn: boolean;
  readonly email: string | null;
  readonly organization: string | null;
  readonly subscription: string | null;
  /** Unix ms, or null where it is not said. */
  readonly loginEndsAtMs: number | null;
}

/** Asks the program. Null where it is missing, too slow, or says something unreadable. */
export async function probeClaudeCode(
  program: string,
  environment: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<ClaudeCodeLogin | null> {
  const outcome = await runProgram(program, ['auth', 'status', '--json'], environment, timeoutMs, stop);
  if (outcome === null) return null;
  try {
    const report = reportSchema.parse(JSON.parse(outcome.stdout));
    return {
      signedIn: report.loggedIn && report.authMethod === 'claude.ai',
      email: report.email ?? null,
      organization: report.orgName ?? null,
      subscription: report.subscriptionType ?? null,
      loginEndsAtMs: endOf(report.loginExpiresAt ?? null),
    };
  } catch {
    return null;
  }
}

function endOf(value: string | number | null): number | null {
  if (value === null) return null;
  return statedTime(typeof value === 'number' ? value : Date.parse(value));
}
