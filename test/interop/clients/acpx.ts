import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { acceptKey, sandboxApiKey } from '../../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';
import { runTo } from '../harness/run-to.ts';
import type { Saw } from './client.ts';

const script = resolve(import.meta.dirname, '../../../packages/cli/bin/postern.js');
const story = 'Tell me a long story';

/** A line of acpx in JSON: a message of the protocol, or what it says of its own. */
type Line = Readonly<Record<string, unknown>>;

/**
 * acpx drives `postern acp` in the sandbox. It makes a session in one process, prompts in it from another that stays, and asks that one to
 * cancel from a third: what an editor that is restarted does as well.
 */
export async function driveByAcpx(modules: string, saw: Saw): Promise<void> {
  const postern = await startPostern();
  const acpx = new Acpx(postern, join(modules, 'acpx/dist/cli.js'));
  try {
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
    await drive(acpx, postern, saw);
  } finally {
    await acpx.run(['sessions', 'close']).catch(() => undefined);
    await waitUntil('acpx and its agents have left', () => acpx.processes().length === 0);
    await postern.stop();
  }
}

async function drive(acpx: Acpx, { client, household }: Postern, saw: Saw): Promise<void> {
  const made = await acpx.run(['sessions', 'new']);
  const id = String(made.lines[0]?.['acpxSessionId']);
  const reserved = await client.conversation(id).catch(() => null);
  saw('a session is made', reserved?.items.length === 0, made.text);

  const file = (name: string): string => join(household.workspace, name);
  const first = await acpx.run(['--approve-all', 'prompt', 'Create a file called one.txt']);
  const asked = first.of('session/request_permission');
  saw('prompts in the session that it made', first.sessionIds().join() === id, first.sessionIds().join());
  saw('is asked, and its yes counts', asked.length === 1 && existsSync(file('one.txt')), first.text);
  saw('the turn ends as such', first.stopReason() === 'end_turn', first.text);
  const [usage] = first.updates('usage_update');
  saw(
    'hears what the turn cost',
    typeof Object(usage?.['cost'])['amount'] === 'number',
    JSON.stringify(usage),
  );

  const second = await acpx.run(['--deny-all', 'prompt', 'Create a file called two.txt']);
  saw('its no counts', second.exitCode !== null && !existsSync(file('two.txt')), second.text);
  const { items } = await client.conversation(id);
  const prompts = items.filter(({ type }) => type === 'user').length;
  saw(
    'goes on in the same session',
    second.sessionIds().join() === id && prompts === 2,
    `${prompts} prompts`,
  );

  const telling = acpx.begin(['prompt', story]);
  await telling.prints('agent_message_chunk');
  const cancel = await acpx.run(['cancel']);
  const told = await telling.ended();
  saw('cancels a turn', told.stopReason() === 'cancelled', `${cancel.text}\n${told.text}`);

  const listed = await acpx.run(['sessions', 'list']);
  saw('lists its session', listed.text.includes(id), listed.text);

  await client.updateSettings({ apiKey: null });
  const refused = await acpx.run(['prompt', 'Hello']);
  saw(
    'an error has its code',
    refused.exitCode !== 0 && refused.text.includes('"not_signed_in"'),
    refused.text,
  );
  const strangers = (await client.conversations()).items.filter((each) => each.id !== id);
  saw('leaves no other session behind', strangers.length === 0, JSON.stringify(strangers));
}

class Acpx {
  readonly #postern: Postern;
  readonly #program: string;

  constructor(postern: Postern, program: string) {
    this.#postern = postern;
    this.#program = program;
  }

  begin(args: readonly string[]): RunningAcpx {
    const { dataDir, homeDir, workspace } = this.#postern.household;
    const agent = [process.execPath, script, 'acp', '--sandbox', '--data-dir', dataDir].join(' ');
    const all = ['--agent', agent, '--cwd', workspace, '--format', 'json', ...args];
    const child = spawn(process.execPath, [this.#program, ...all], {
      ...{ cwd: workspace, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { PATH: process.env['PATH'], HOME: homeDir },
    });
    return new RunningAcpx(child);
  }

  run(args: readonly string[]): Promise<AcpxEnd> {
    return this.begin(args).ended();
  }

  /** acpx itself, and the agents that it started. */
  processes(): readonly string[] {
    const commands = this.#postern.household.processes().map(({ command }) => command);
    return commands.filter((command) => command.includes(this.#program) || / acp --sandbox/.test(command));
  }
}

class RunningAcpx {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #end: ReturnType<typeof runTo>;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    this.#end = runTo(child);
  }

  /** Resolves once it printed that; at its end too. */
  prints(text: string): Promise<void> {
    return new Promise((done) => {
      let said = '';
      this.#child.stdout.on('data', (piece: string) => {
        said += piece;
        if (said.includes(text)) done();
      });
      void this.#end.then(() => done());
    });
  }

  async ended(): Promise<AcpxEnd> {
    const { exitCode, stdout, stderr } = await this.#end;
    return new AcpxEnd(exitCode, stdout, stderr);
  }
}

class AcpxEnd {
  readonly exitCode: number | null;
  readonly text: string;
  readonly lines: readonly Line[];

  constructor(exitCode: number | null, stdout: string, stderr: string) {
    this.exitCode = exitCode;
    this.text = `exit ${exitCode}\n${stdout}\n${stderr}`;
    this.lines = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  }

  of(method: string): readonly Line[] {
    return this.lines.filter((line) => line['method'] === method).map((line) => Object(line['params']));
  }

  updates(kind: string): readonly Line[] {
    const updates = this.of('session/update').map(({ update }) => Object(update) as Line);
    return updates.filter((update) => update['sessionUpdate'] === kind);
  }

  sessionIds(): readonly string[] {
    return [...new Set(this.of('session/prompt').map(({ sessionId }) => String(sessionId)))];
  }

  stopReason(): unknown {
    return this.lines.map(({ result }) => Object(result)['stopReason']).find((each) => each !== undefined);
  }
}
