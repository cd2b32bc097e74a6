import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  claudeCodeHomes,
  createClaudeCodeAccounts,
  createDelegatedOutcomes,
  createDelegatedSignIns,
} from '../../accounts/index.ts';
import type { DelegatedCredentials } from '../../credentials/index.ts';
import { type Agent, type AgentDeps, passedEnvironment, programPath } from '../index.ts';
import { type AgentHouse, openAgentHouse } from './agent-house.ts';
import { type SandboxLogin, sandboxLogin } from './sandbox-login.ts';

/** What `.credentials.json` of the unmodified program holds, as far as it reads it. */
export interface StoredLogin {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly email: string;
  /** Unix ms of the login's end. */
  readonly endsAtMs?: number;
}

/** An agent house beside which the person's own programs have sign-ins: real folders and files, the real program. */
export interface DelegatedHouse extends Omit<AgentHouse, 'restart' | 'agent'> {
  readonly agent: Agent;
  readonly delegated: DelegatedCredentials;
  /** Of the person. */
  readonly home: string;
  /** Of the official SDK. */
  readonly consoleConfigDir: string;
  /** Signs in at the sandbox and stores it as the unmodified program would; the folder of an account, or the person's own. */
  signIn(account?: { readonly id?: string; readonly email?: string }): Promise<SandboxLogin>;
  store_login(configDir: string, login: StoredLogin): void;
  signOut(): void;
  restart(deps?: Partial<AgentDeps>): Promise<Agent>;
  /** How often the sandbox was asked for a message, by the kind of credential. */
  asked(): Promise<{ readonly oauth: number; readonly apiKey: number }>;
}
