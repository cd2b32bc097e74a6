import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Query } from '@anthropic-ai/claude-agent-sdk';
import type { DelegatedRun } from '../../credentials/index.ts';
import { QueryFailure, TransientError } from '../../errors/index.ts';
import type { AgentLog } from './agent-ports.ts';
import { delegatedAuth } from './child-auth.ts';
import { childEnvironment } from './child-environment.ts';
import { OwnedProcess } from './child-process.ts';
import type { ChildRegistry } from './child-registry.ts';
import { programPath } from './program-path.ts';
import { PromptQueue } from './prompt-queue.ts';
import { type UsageReading, usageReadings } from './usage-report.ts';
import { verifyAuth } from './verify-auth.ts';

/** What asking takes. */
export interface UsageAskerDeps {
  /** `POSTERN_CLAUDE_PROGRAM`; null: the one the SDK installed. */
  readonly programPath: string | null;
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  /** Added to the program's environment. Tests point it at loopback with it; the product adds nothing. */
  readonly delegatedEnvironment?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly children: ChildRegistry;
  readonly log: AgentLog;
  /** Default 20 s: the start takes two, and the program's own request gives up after five. */
  readonly patienceMs?: number;
}

/** How long the program may take to leave: it may be writing into the user's own settings folder. */
const leaveMs = 2_000;
const patienceMs = 20_000;

/**
 * The program reads the plan's windows for itself only where its traffic beside the model is not switched off as a whole, so here each
 * other kind is switched off by name. Source: program 2.1.332, measured 2026-11-29: with
 * CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC the report's `rate_limits` is null and nothing is asked; with these four nothing but the
 * account, the program's start values and the windows is read.
 */
const usageSwitches: Readonly<Record<string, string>> = {
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_GROWTHBOOK: '1',
};
const everythingOff = 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC';

/**
 * Starts the unmodified program with a sign-in of its own, asks it for the plan's windows and ends it. No prompt is sent and no model
 * called; the token stays in the program.
 * @throws QueryFailure `agent_program_missing`, `credential_mismatch`, `reauthorization_required`; TransientError `usage_unavailable`
 */
export async function askUsage(deps: UsageAskerDeps, signIn: DelegatedRun): Promise<readonly UsageReading[]> {
  const program = await programPath(deps.programPath);
  const place = await realpath(mkdtempSync(join(tmpdir(), 'postern-usage-')));
  const mark = randomUUID();
  const owned = new OwnedProcess(mark, deps.children, deps.log);
  const late = Promise.withResolvers<never>();
  const patience = deps.patienceMs ?? patienceMs;
  const timer = setTimeout(() => late.reject(unavailable('The program did not answer in time.')), patience);
  late.promise.catch(() => undefined);
  let running: Query | null = null;
  const prompts = new PromptQueue();
  try {
    running = await open(deps, { program, place, mark, owned, signIn, prompts });
    const ended = drain(running).then((): never => {
      throw unavailable('The program ended early.');
    });
    ended.catch(() => undefined);
    return await Promise.race([ask(running, signIn), ended, late.promise]);
  } catch (error) {
    if (error instanceof QueryFailure || error instanceof TransientError) throw error;
    throw unavailable('The program could not be asked.', error);
  } finally {
    clearTimeout(timer);
    prompts.close();
    running?.close();
    await leave(owned);
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function ask(running: Query, signIn: DelegatedRun): Promise<readonly UsageReading[]> {
  const verdict = verifyAuth({ home: signIn.home, signIn }, await running.accountInfo());
  if (verdict === 'signed_out') throw new QueryFailure('reauthorization_required');
  if (verdict === 'mismatch') throw new QueryFailure('credential_mismatch');
  const report = await running.usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET({
    skipBehaviors: true,
  });
  const readings = usageReadings(report);
  if (readings === null) throw unavailable('The program could not read the plan’s windows.');
  return readings;
}

interface Opening {
  readonly program: string;
  /** A folder of this run's own. */
  readonly place: string;
  readonly mark: string;
  readonly owned: OwnedProcess;
  readonly signIn: DelegatedRun;
  readonly prompts: PromptQueue;
}

async function open(
  deps: UsageAskerDeps,
  { program, place, mark, owned, signIn, prompts }: Opening,
): Promise<Query> {
  const { query } = await import('@anthropic-ai/claude-agent-sdk');
  const { [everythingOff]: _, ...environment } = childEnvironment({
    base: deps.baseEnvironment,
    auth: delegatedAuth(signIn),
    configDir: signIn.home?.variable ?? null,
    version: deps.version,
    platform: process.platform,
    mark,
  });
  return query({
    prompt: prompts,
    options: {
      pathToClaudeCodeExecutable: program,
      env: { ...environment, ...usageSwitches, ...deps.delegatedEnvironment },
      cwd: place,
      tools: [],
      settingSources: [],
      strictMcpConfig: true,
      persistSession: false,
      spawnClaudeCodeProcess: (options) => owned.spawn(options),
    },
  });
}

/** Answers to control requests come only while the messages are read. */
async function drain(running: Query): Promise<void> {
  try {
    for await (const _ of running);
  } catch {
    // What was asked of it has rejected by then.
  }
}

async function leave(owned: OwnedProcess): Promise<void> {
  if (owned.pid === null) return;
  const timer = setTimeout(() => void owned.kill(), leaveMs);
  await owned.exited;
  clearTimeout(timer);
}

function unavailable(detail: string, cause?: unknown): TransientError {
  return new TransientError('usage_unavailable', { sent: false, detail, cause });
}
