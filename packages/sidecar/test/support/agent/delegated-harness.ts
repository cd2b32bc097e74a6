import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Agent, type AgentDeps, passedEnvironment, programPath } from '../../../src/agent/index.ts';
import type { DelegatedCredentials } from '../../../src/credentials/index.ts';
import {
  claudeCodeHomes,
  createClaudeCodeAccounts,
  createDelegatedSignIns,
} from '../../../src/delegated/index.ts';
import { createDelegatedCredentials } from '../../../src/selection/delegated-credentials.ts';
import { createCooldowns } from '../../../src/selection/index.ts';
import { holdRefusingPort } from '../http/refusing-port.ts';
import { type AgentHouse, openAgentHouse } from './agent-harness.ts';
import { type SandboxLogin, sandboxLogin } from './sandbox-login.ts';

/** An agent house beside which the person's own programs have sign-ins: real folders and files, the real program. */
export interface DelegatedHouse extends AgentHouse {
  readonly delegated: DelegatedCredentials;
  /** Of the official SDK. */
  readonly consoleConfigDir: string;
  /** The folder of the person's own Claude Code. */
  readonly ownConfigDir: string;
  /** Signs in at the sandbox, and stores the login as the unmodified program would: in the person's own folder, or in this one. */
  signIn(options?: { readonly email?: string; readonly configDir?: string }): Promise<SandboxLogin>;
  /** Removes the login of the person's own folder, as a sign-out elsewhere does. */
  signOutElsewhere(): void;
  /** Looks at the person's sign-ins anew, however fresh the last look is. */
  lookAgain(): Promise<void>;
  /** Every message the sandbox was asked for, oldest first: with a bearer token or a key, and its answer's status. */
  asked(): Promise<readonly { readonly credential: string; readonly status: number | null }[]>;
}

const lifeMs = 20 * 24 * 3_600_000;

/** Opens it with an API key, and nobody signed in anywhere. What the program asks for elsewhere than the sandbox meets a dead port. */
export async function openDelegatedHouse(): Promise<DelegatedHouse> {
  const house = await openAgentHouse();
  const refusing = await holdRefusingPort();
  onTestFinished(() => refusing[Symbol.asyncDispose]());
  const { root, dataDir, sandbox, store } = house;
  const home = join(root, 'home');
  const [ownConfigDir, consoleConfigDir] = [join(home, '.claude'), join(home, '.config', 'anthropic')];
  const baseEnvironment = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: undefined,
    CLAUDE_CONFIG_DIR: undefined,
    HTTPS_PROXY: `http://127.0.0.1:${refusing.port}`,
    NO_PROXY: undefined,
  };
  const log = (line: string): void => {
    house.logs.push(line);
  };
  const report = (): void => undefined;
  let aheadMs = 0;
  const clock = (): number => Date.now() + aheadMs;
  const homes = claudeCodeHomes(dataDir, baseEnvironment);
  const cooldowns = createCooldowns({ documents: store.documents, clock, log });
  const claudeCode = createClaudeCodeAccounts({
    program: await programPath(null),
    environment: passedEnvironment(baseEnvironment, process.platform),
    homes,
    sandbox: false,
    report,
    clock,
    onSignedIn: cooldowns.forget,
    recordProgram: () => () => undefined,
  });
  const signIns = createDelegatedSignIns({ claudeCode, homes, consoleConfigDir, sandbox: false, clock });
  const { usageLimits } = house.selection;
  const delegated = createDelegatedCredentials({
    ...{ signIns, cooldowns, usageLimits, report, sandbox: false, clock, log },
  });
  const deps = {
    delegated,
    baseEnvironment,
    delegatedEnvironment: { ANTHROPIC_BASE_URL: sandbox.apiBaseUrl },
  };
  const restart = (more: Partial<AgentDeps> = {}): Promise<Agent> => house.restart({ ...deps, ...more });

  return {
    ...house,
    agent: await restart(),
    restart,
    delegated,
    consoleConfigDir,
    ownConfigDir,
    async signIn({ email = 'ada@example.com', configDir = ownConfigDir } = {}) {
      const login = await sandboxLogin(sandbox, email);
      const { accessToken, refreshToken, expiresInSeconds } = login;
      const nowMs = Date.now();
      mkdirSync(configDir, { recursive: true, mode: 0o700 });
      const claudeAiOauth = {
        accessToken,
        refreshToken,
        expiresAt: nowMs + expiresInSeconds * 1000,
        refreshTokenExpiresAt: nowMs + lifeMs,
        scopes: ['user:inference', 'user:profile'],
        subscriptionType: 'max',
      };
      const oauthAccount = { emailAddress: email, organizationName: `${email}’s Organization` };
      write(join(configDir, '.credentials.json'), { claudeAiOauth });
      write(join(configDir === ownConfigDir ? home : configDir, '.claude.json'), { oauthAccount });
      return login;
    },
    async lookAgain() {
      aheadMs += 60_000;
      await Promise.all([signIns.profiles(), ...claudeCode.all().map((account) => account.status())]);
    },
    signOutElsewhere: () => rmSync(join(ownConfigDir, '.credentials.json')),
    async asked() {
      const { log: entries } = (await (await fetch(`${sandbox.url}/sandbox/requests`)).json()) as Requests;
      return entries
        .filter(({ endpoint }) => endpoint === 'messages')
        .map(({ credential, status }) => ({ credential: credential?.kind ?? 'none', status }))
        .toReversed();
    },
  };
}

interface Requests {
  readonly log: readonly {
    readonly endpoint: string;
    readonly credential: { readonly kind: string } | null;
    readonly status: number | null;
  }[];
}

function write(path: string, content: unknown): void {
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
}
