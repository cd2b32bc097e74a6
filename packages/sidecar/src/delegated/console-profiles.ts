import { constants } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { statedTime } from '../credentials/index.ts';

/** What the SDK takes as a name, and what our ids take. Source: @anthropic-ai/sdk 1.12.0, `core/credentials`. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const configSchema = z.object({
  authentication: z.object({
    type: z.string(),
    credentials_path: z.string().optional(),
    client_id: z.string().optional(),
  }),
});

/** What may be known of a profile's credential file: no token is among it, and none leaves the parser. */
const credentialsSchema = z.object({
  type: z.literal('oauth_token'),
  expires_at: z.number().nullish(),
  refresh_token: z
    .string()
    .nullish()
    .transform((token) => token != null && token !== ''),
  organization_name: z.string().nullish(),
  account_email: z.string().nullish(),
});

/** A Console sign-in that the official SDK keeps (`user_oauth`, written by `ant auth login`). Source: @anthropic-ai/sdk 1.12.0. */
export interface ConsoleProfile {
  readonly name: string;
  readonly organization: string | null;
  readonly email: string | null;
  /** Unix ms of its access token's end; the SDK renews it where it holds a refresh token. */
  readonly expiresAtMs: number | null;
  readonly refreshable: boolean;
  /** Where its tokens are kept. */
  readonly credentialsPath: string;
  /** Why it cannot be used, or null. */
  readonly problem: 'missing' | 'unsafe' | 'unreadable' | null;
}

/** Every `user_oauth` profile in the SDK's folder, by name. An unreadable one is listed with its problem, never skipped in silence. */
export async function listConsoleProfiles(configDir: string): Promise<readonly ConsoleProfile[]> {
  const files = await readdir(join(configDir, 'configs')).catch(() => []);
  const names = files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => namePattern.test(name))
    .toSorted();
  const profiles = await Promise.all(names.map((name) => readProfile(configDir, name)));
  return profiles.filter((profile) => profile !== null);
}

/** An access token that the SDK cannot renew ends with its clock. */
export function hasEnded(profile: ConsoleProfile, nowMs: number): boolean {
  return !profile.refreshable && profile.expiresAtMs !== null && profile.expiresAtMs <= nowMs;
}

async function readProfile(configDir: string, name: string): Promise<ConsoleProfile | null> {
  const ownPath = join(configDir, 'credentials', `${name}.json`);
  const broken = (credentialsPath: string, problem: ConsoleProfile['problem']): ConsoleProfile => ({
    ...{ name, organization: null, email: null, expiresAtMs: null, refreshable: false },
    credentialsPath,
    problem,
  });
  const config = configSchema.safeParse(await readJson(join(configDir, 'configs', `${name}.json`)));
  if (!config.success) return broken(ownPath, 'unreadable');
  const { type, credentials_path: given, client_id: clientId = '' } = config.data.authentication;
  if (type !== 'user_oauth') return null;
  const path =
    given === undefined || given === '' ? ownPath : isAbsolute(given) ? given : join(configDir, given);
  // As the SDK does it: a link may point elsewhere, but what it points at must be private.
  const target = await stat(path).catch(() => null);
  if (target === null) return broken(path, 'missing');
  if (process.platform !== 'win32' && (target.mode & 0o066) !== 0) return broken(path, 'unsafe');
  const credentials = credentialsSchema.safeParse(await readJson(path));
  if (!credentials.success) return broken(path, 'unreadable');
  const { expires_at: expiresAt, refresh_token: hasRefreshToken } = credentials.data;
  return {
    name,
    organization: credentials.data.organization_name ?? null,
    email: credentials.data.account_email ?? null,
    expiresAtMs: typeof expiresAt === 'number' ? statedTime(expiresAt * 1000) : null,
    refreshable: hasRefreshToken && clientId !== '',
    credentialsPath: path,
    problem: null,
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    // A named pipe is read as empty, not waited for.
    const flag = constants.O_RDONLY | constants.O_NONBLOCK;
    return JSON.parse(await readFile(path, { encoding: 'utf8', flag }));
  } catch {
    return null;
  }
}
