import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

const configSchema = z.object({
  authentication: z.object({
    type: z.string(),
    credentials_path: z.string().optional(),
    client_id: z.string().optional(),
  }),
  base_url: z.string().optional(),
});

/** What may be known of a profile's credential file: no token is among it, and none leaves the parser. */
const credentialsSchema = z.object({
  type: z.literal('oauth_token'),
  expires_at: z.number().optional(),
  refresh_token: z.unknown().transform((token) => typeof token === 'string' && token !== ''),
  organization_name: z.string().optional(),
  account_email: z.string().optional(),
});

/** A Console sign-in that the official SDK keeps (`user_oauth`, written by `ant auth login`). Source: @anthropic-ai/sdk 1.12.0. */
export interface ConsoleProfile {
  readonly name: string;
  readonly organization: string | null;
  readonly email: string | null;
  /** Unix ms of its access token's end; the SDK renews it where it holds a refresh token. */
  readonly expiresAtMs: number | null;
  readonly refreshable: boolean;
  /** Why it cannot be used, or null. */
  readonly problem: 'missing' | 'unsafe' | 'unreadable' | null;
}

/** Every `user_oauth` profile in the SDK's folder, by name. An unreadable one is listed with its problem, never skipped in silence. */
export async function listConsoleProfiles(configDir: string): Promise<readonly ConsoleProfile[]> {
  const files = await readdir(join(configDir, 'configs')).catch(() => []);
  const names = files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => nameSchema.safeParse(name).success)
    .toSorted();
  const profiles: ConsoleProfile[] = [];
  for (const name of names) {
    const profile = await readProfile(configDir, name);
    if (profile !== null) profiles.push(profile);
  }
  return profiles;
}

async function readProfile(configDir: string, name: string): Promise<ConsoleProfile | null> {
  const config = configSchema.safeParse(await readJson(join(configDir, 'configs', `${name}.json`)));
  if (!config.success) return broken(name, 'unreadable');
  if (config.data.authentication.type !== 'user_oauth') return null;
  const path = config.data.authentication.credentials_path ?? join(configDir, 'credentials', `${name}.json`);
  const there = await lstat(path).catch(() => null);
  if (there === null) return broken(name, 'missing');
  // As the SDK does it: a link may point elsewhere, but what it points at must be private.
  const target = await stat(path).catch(() => null);
  if (target === null) return broken(name, 'missing');
  if (process.platform !== 'win32' && (target.mode & 0o077) !== 0) return broken(name, 'unsafe');
  const credentials = credentialsSchema.safeParse(await readJson(path));
  if (!credentials.success) return broken(name, 'unreadable');
  const { expires_at: expiresAt, organization_name: organization, account_email: email } = credentials.data;
  return {
    name,
    organization: organization ?? null,
    email: email ?? null,
    expiresAtMs: expiresAt === undefined ? null : expiresAt * 1000,
    refreshable: credentials.data.refresh_token && (config.data.authentication.client_id ?? '') !== '',
    problem: null,
  };
}

function broken(name: string, problem: NonNullable<ConsoleProfile['problem']>): ConsoleProfile {
  return { name, organization: null, email: null, expiresAtMs: null, refreshable: false, problem };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
