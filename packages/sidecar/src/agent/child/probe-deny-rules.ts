import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Query, Settings } from '@anthropic-ai/claude-agent-sdk';
import type { AgentLog } from './agent-ports.ts';
import { childEnvironment } from './child-environment.ts';
import { OwnedProcess } from './child-process.ts';
import type { ChildRegistry } from './child-registry.ts';
import { PromptQueue } from './prompt-queue.ts';

/** Whether deny rules keep the program's file tools out of the directories they name. `unknown`: the program could not be asked. */
export type RulesVerdict = 'hold' | 'leak' | 'unknown';

/** What a probe takes. */
export interface ProbeDeps {
  readonly program: string;
  /** The rules of every child. */
  readonly settings: Settings;
  /** Absolute; each under the name by which a rule has it. */
  readonly dataDirs: readonly string[];
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly children: ChildRegistry;
  readonly log: AgentLog;
}

/** The database: it is there before any program is. A few of its bytes say nothing. */
const canary = 'postern.db';
const fewBytes = 16;
const patienceMs = 20_000;

/**
 * Asks the real program, without a model call, for a file in each data directory, which it may otherwise read there like a workspace's: the
 * rules must refuse it. A file beside them shows that it answers at all. A name that the program itself lets nothing read without a
 * question (a space at its end) counts as kept: that question is answered by real path. Costs one start of the program.
 * Source: SDK 0.3.330, `Query.readFile`: "gated by the same read-permission rules as the Read tool"; measured.
 */
export async function probeDenyRules(deps: ProbeDeps): Promise<RulesVerdict> {
  const found = await Promise.all(deps.dataDirs.map((dir) => stat(join(dir, canary)).catch(() => null)));
  if (found.some((facts) => facts === null)) return 'unknown';
  const place = await realpath(mkdtempSync(join(tmpdir(), 'postern-probe-')));
  const mark = randomUUID();
  const owned = new OwnedProcess(mark, deps.children, deps.log);
  const late = Promise.withResolvers<RulesVerdict>();
  const timer = setTimeout(() => late.resolve('unknown'), patienceMs);
  try {
    return await Promise.race([ask(deps, { place, mark, owned }), late.promise]);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    if (!deps.children.isClosed) deps.log('warn', `the deny rules could not be probed: ${name}`);
    return 'unknown';
  } finally {
    clearTimeout(timer);
    await owned.kill();
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}

interface Probing {
  /** A folder of the probe's own. */
  readonly place: string;
  readonly mark: string;
  readonly owned: OwnedProcess;
}

async function ask(deps: ProbeDeps, probing: Probing): Promise<RulesVerdict> {
  const control = join(probing.place, canary);
  await writeFile(control, 'anything');
  const running = await open(deps, probing);
  await running.initializationResult();
  if ((await read(running, control)) === null) return 'unknown';
  for (const dir of deps.dataDirs) if ((await read(running, join(dir, canary))) !== null) return 'leak';
  return 'hold';
}

const read = (running: Query, path: string): ReturnType<Query['readFile']> =>
  running.readFile(path, { maxBytes: fewBytes });

async function open(deps: ProbeDeps, { place, mark, owned }: Probing): Promise<Query> {
  const { query } = await import('@anthropic-ai/claude-agent-sdk');
  const environment = childEnvironment({
    base: deps.baseEnvironment,
    // Nothing is ever sent: no prompt comes, and there is nothing at this address.
    auth: {
      authentication: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_AUTH_TOKEN: 'none' },
      isManaged: true,
    },
    configDir: join(place, 'config'),
    version: deps.version,
    platform: process.platform,
    mark,
  });
  const running = query({
    prompt: new PromptQueue(),
    options: {
      pathToClaudeCodeExecutable: deps.program,
      env: environment,
      cwd: place,
      additionalDirectories: [...deps.dataDirs],
      tools: ['Read'],
      settings: deps.settings,
      settingSources: [],
      strictMcpConfig: true,
      persistSession: false,
      spawnClaudeCodeProcess: (options) => owned.spawn(options),
    },
  });
  void drain(running);
  return running;
}

/** Answers to control requests come only while the messages are read. */
async function drain(running: Query): Promise<void> {
  try {
    for await (const _ of running);
  } catch {
    // The program was ended; what was asked of it has rejected by then.
  }
}
