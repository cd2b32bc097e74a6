import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreKind } from '@postern/contract';
import { absentSignIn, type SignIn } from '../../../src/credentials/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import { buildStore, type StoreParts } from '../../../src/store/build-store.ts';
import { createKeychain } from '../../../src/store/keychain.ts';
import { migrations } from '../../../src/store/migrations.ts';
import type { OpenStoreOptions } from '../../../src/store/open-store.ts';
import type { PendingSignIn } from '../../../src/store/pending-sign-in.ts';
import type { Store } from '../../../src/store/store.ts';
import { createFakeKeychain } from './fake-keychain.ts';

/** Cheap enough for a test; what a real start uses is checked on its own. */
export const cheapScrypt = { N: 2 ** 4, r: 8, p: 1 };

/** A token that must not be found on any disk; its characters differ in every encoding. */
export const canary = 'sk-ant-canary+/=~ü-0123456789-abcdefghijklmnopqrstuvwxyz';

/** A new private directory under the system's temporary one, with the function that removes it. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'postern-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** What a test may choose about a store; the rest are defaults that touch nothing outside its directory. */
export interface StoreWishes {
  readonly kind?: StoreKind | null;
  readonly passphrase?: string | null;
  /** Called when the passphrase is asked for. */
  readonly onAsked?: (isNew: boolean) => void;
  readonly parts?: Partial<StoreParts>;
  readonly log?: (line: string) => void;
}

/** Opens a store with a fake keychain and a cheap scrypt. */
export function openTestStore(dataDir: string, wishes: StoreWishes = {}): Promise<Store> {
  const { kind = 'memory', passphrase = 'correct horse', log = () => undefined } = wishes;
  const options: OpenStoreOptions = {
    dataDir,
    kind,
    passphrase: async (isNew) => {
      wishes.onAsked?.(isNew);
      return passphrase === null ? null : new Secret(passphrase);
    },
    environment: {},
    clock: () => Date.now(),
    log,
  };
  return buildStore(options, {
    migrations,
    keychain: createKeychain(createFakeKeychain(), 50),
    scryptCost: cheapScrypt,
    ...wishes.parts,
  });
}

/** An active sign-in whose secrets all contain the canary. */
export function canarySignIn(version = 1): SignIn {
  return {
    ...absentSignIn(version),
    status: 'active',
    tokens: {
      accessToken: new Secret(`access ${version} ${canary}`),
      refreshToken: new Secret(`refresh ${version} ${canary}`),
      tokenType: 'Bearer',
      scopes: ['user:inference', 'user:profile'],
      issuedAtMs: 1_764_000_000_000,
      expiresAtMs: 1_764_003_600_000,
      loginEndsAtMs: null,
    },
    issuer: 'https://login.example',
    clientId: 'client',
    account: { email: 'ada@example.org', organization: null },
  };
}

/** A pending sign-in whose secrets contain the canary. */
export function canaryPending(signInId = 'one'): PendingSignIn {
  return {
    signInId,
    credentialId: 'oauth:default',
    state: new Secret(`state ${canary}`),
    codeVerifier: new Secret(`verifier ${canary}`),
    issuer: 'https://login.example',
    redirectUri: 'http://127.0.0.1:8765/auth/anthropic/callback',
    authorizationUrl: 'https://login.example/authorize?state=x',
    startedAtMs: 1_764_000_000_000,
    expiresAtMs: 1_764_000_300_000,
  };
}

/** A record with its secrets shown, for comparing. */
export function shown(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shown);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shown(each)]));
}

/**
 * Names of files that contain the secret: raw, in base64 at any alignment, in hex, URL-encoded, or as JSON escapes it. Looks at copies made
 * by another process: opening SQLite's files in this one would drop its locks.
 */
export function filesContaining(directory: string, secret: string): readonly string[] {
  const copies = temporaryDirectory();
  try {
    const target = join(copies.path, 'copy');
    mkdirSync(target);
    execFileSync('cp', ['-R', `${directory}/.`, target]);
    const needles = encodings(secret);
    return readdirSync(target, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter((entry) => {
        const bytes = readFileSync(join(entry.parentPath, entry.name));
        return needles.some((needle) => bytes.includes(needle));
      })
      .map((entry) => entry.name);
  } finally {
    copies.remove();
  }
}

function encodings(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const aligned = [0, 1, 2].flatMap((offset) => {
    // The first and last group mix with what stands beside the secret.
    const whole = bytes.subarray(offset, bytes.length - ((bytes.length - offset) % 3));
    return [whole.toString('base64'), whole.toString('base64url')];
  });
  const texts = [
    hex,
    hex.toUpperCase(),
    ...aligned,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [bytes, ...texts.map((text) => Buffer.from(text))];
}
