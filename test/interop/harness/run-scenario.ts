import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '@postern/sandbox';
import { ask } from '../../faults/harness/ask.ts';
import { begin, follow } from '../../faults/harness/open-world.ts';
import { Browser } from './browser.ts';
import { type Front, isLookedAt, markOf, openFront, type TokenCall } from './front.ts';
import { openMessagesService } from './messages-service.ts';
import { makePostern, type Postern } from './postern.ts';
import type { Column, Expected, Seen, ServerUnderTest } from './suite.ts';

const processes = 8;
const nameWithinMs = 20_000;

/** Runs everything at one server, whatever fails on the way, and says what was seen. */
export async function runScenario(server: ServerUnderTest, versions: string): Promise<Seen> {
  await using front = await openFront();
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600, paceMs: 0 });
  await using messages = await openMessagesService(sandbox, front.issued);
  const postern = await makePostern();
  const scenario = new Scenario(server, front, postern);
  const { cells, faults } = scenario;
  try {
    const { redirectUri } = postern;
    await using program = await server.start(front.origin, redirectUri);
    front.leadTo(program.port);
    await postern.start({
      POSTERN_API_BASE_URL: messages.url,
      POSTERN_OAUTH_CLIENT_ID: program.clientId,
      ...server.variables(front.origin),
    });
    try {
      if ('refusal' in server.expected) await scenario.isRefused(server.expected.refusal);
      else await scenario.run(server.expected, () => program.endSignIns());
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
    if (faults.length > 0) faults.push(...tail(program.log()), ...tail(postern.sidecar().log()));
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    await postern.close();
    await sandbox.close();
  }
  return { name: server.name, versions, cells, faults };
}

const tail = (log: string): readonly string[] => log.trim().split('\n').slice(-8);

class Scenario {
  readonly server: ServerUnderTest;
  readonly front: Front;
  readonly postern: Postern;
  readonly cells: Partial<Record<Column, string>> = {};
  readonly faults: string[] = [];

  constructor(server: ServerUnderTest, front: Front, postern: Postern) {
    this.server = server;
    this.front = front;
    this.postern = postern;
  }

  /** Postern says why it cannot sign in there, before any browser opens, and the doctor says it too. */
  async isRefused(words: RegExp): Promise<void> {
    const { status, text } = await this.postern.sidecar().call('GET', '/auth/anthropic/start');
    this.#saw(
      'signs in',
      `refused before the browser opens (${status})`,
      status >= 400 && words.test(text),
      text,
    );
    const { text: report } = await this.postern.sidecar().call('GET', '/diagnostics');
    if (!words.test(report)) this.faults.push('the doctor does not say so');
    if (this.front.calls.length > 0) this.faults.push('tokens were asked for');
  }

  async run(expected: Expected, endSignIns: () => Promise<void>): Promise<void> {
    await this.#signIn('signs in');
    const name = await this.#accountName(expected.account);
    this.#saw('account', name ?? 'not said', name === expected.account, `expected ${expected.account}`);
    await this.#asks('asks');

    const renewed = await this.#refreshesIn(async () => {
      await this.postern.passExpiry();
      await this.#asks('renews');
    });
    this.#saw('renews', `${renewed} refresh`, renewed === 1, 'one refresh an expiry');

    await this.#race(expected.isBound === true);
    await this.#losesAnswer(expected);
    await this.#isEndedThere(expected, endSignIns);
    await this.#signsOut(expected);
  }

  async #signIn(column: Column): Promise<void> {
    const url = await begin(this.postern.sidecar());
    const redirect = await this.server.approve(new Browser(this.front.origin), url);
    const { status, page } = await follow(redirect);
    const { state, lastError } = await this.postern.status();
    const isIn = status === 200 && state === 'signed_in';
    this.#saw(
      column,
      isIn ? 'yes' : state,
      isIn,
      `${redirect.split('?')[0]} ${JSON.stringify(lastError)} ${page}`,
    );
    if (!isIn) throw new Error('nothing further without a sign-in');
  }

  /** The name follows the sign-in, from the userinfo endpoint: waited for where one is to come. */
  async #accountName(expected: string | null): Promise<string | null> {
    const deadlineMs = performance.now() + nameWithinMs;
    for (;;) {
      const { account } = await this.postern.status();
      const name = account?.email ?? account?.name ?? null;
      if (name !== null || expected === null || performance.now() > deadlineMs) return name;
      await sleep(100);
    }
  }

  async #asks(column: Column): Promise<void> {
    const { status, code, text } = await ask(this.postern.sidecar(), 'What is 7 times 6?');
    const isAnswered = status === 200 && code === null && text !== '';
    this.#saw(column, isAnswered ? 'yes' : String(code), isAnswered, text);
  }

  /** Eight processes with an ended token at once, without a sidecar: one refresh, and the same good token for all, or none for any. */
  async #race(isBound: boolean): Promise<void> {
    await this.postern.passExpiry();
    await this.postern.stop();
    let printed: readonly string[] = [];
    const refreshes = await this.#refreshesIn(async () => {
      printed = await this.postern.tokens(processes);
    });
    const [first = ''] = printed;
    const isGood = isBound ? first.includes('work in Postern only') : this.front.issued.has(first);
    const isOne = new Set(printed).size === 1 && isGood;
    const why = printed.filter((each) => each.startsWith('exit')).join('; ') || 'one token for all';
    this.#saw('8 processes', `${refreshes.toFixed(3)} refreshes`, refreshes === 1 && isOne, why);
    await this.postern.start();
    if (!isBound) return;
    // What none of them may print is in the store, and the sidecar asks with it.
    const more = await this.#refreshesIn(() => this.#asks('asks'));
    if (more > 0) this.faults.push('8 processes: the token they brought was not used');
  }

  /** The server spends the token and its answer is lost. */
  async #losesAnswer({ afterLostAnswer }: Expected): Promise<void> {
    await this.postern.passExpiry();
    this.front.loseNextRefreshAnswer();
    const faultsBefore = this.faults.length;
    const before = this.#refreshes().length;
    await ask(this.postern.sidecar(), 'What is 1 plus 1?');
    // A person presses Refresh: the one late try, at once. Where it came by itself meanwhile, this is a refresh like any other.
    await this.postern.sidecar().call('POST', '/auth/anthropic/refresh');
    const { state } = await this.postern.status();
    const seen = state === 'signed_in' ? 'comes back' : 'asks to connect';
    const sent = this.#refreshes().slice(before);
    const [lost, late, ...more] = sent;
    const isOneTry = late?.token === lost?.token && (more.length === 0 || late?.status === 200);
    this.#saw(
      'answer lost',
      seen,
      seen === afterLostAnswer && late !== undefined && isOneTry,
      `${state}, ${sent.length} sent`,
    );
    if (seen === 'comes back') {
      await this.#asks('answer lost');
      this.#saw('answer lost', seen, this.faults.length === faultsBefore, 'it came back, and was of no use');
      return;
    }
    // Nothing that may be spent is ever sent to be revoked, and the new sign-in lives on.
    await this.#signIn('answer lost');
    const spent = new Set(sent.map(({ token }) => token));
    const hurts = this.front.calls.some(({ grant, token }) => grant === 'revocation' && spent.has(token));
    await this.postern.passExpiry();
    await this.#asks('answer lost');
    this.#saw(
      'answer lost',
      `${seen}; the new sign-in renews`,
      !hurts && this.faults.length === faultsBefore,
      'hurt itself',
    );
  }

  async #isEndedThere({ ended }: Expected, endSignIns: () => Promise<void>): Promise<void> {
    await endSignIns();
    await this.postern.passExpiry();
    const { code } = await ask(this.postern.sidecar(), 'What is 2 plus 2?');
    const { state, connectAgain, connected, lastError } = await this.postern.status();
    const seen = `${state}${connectAgain ? ', offers Connect' : ''}`;
    const isTold = code !== null && connectAgain && !connected;
    this.#saw('ended there', seen, seen === ended && isTold, `${code} ${JSON.stringify(lastError)}`);
    await this.#signIn('ended there');
    await this.#asks('ended there');
    this.cells['ended there'] = `${seen}; connects again`;
  }

  async #signsOut({ revocation }: Expected): Promise<void> {
    const last = this.front.refreshToken();
    const { body } = await this.postern.sidecar().call('POST', '/auth/anthropic/logout');
    const { state } = await this.postern.status();
    const said = String(body['revocation']);
    const isRevoked = this.front.calls.some(
      ({ grant, token, status }) => grant === 'revocation' && status === 200 && token === markOf(last ?? ''),
    );
    const isRight = state === 'signed_out' && said === revocation && isRevoked === (revocation === 'done');
    this.#saw('signs out', `revocation ${said}`, isRight, `${state}, revoked there: ${isRevoked}`);
  }

  async #refreshesIn(work: () => Promise<void>): Promise<number> {
    const before = this.#refreshes().length;
    await work();
    return this.#refreshes().length - before;
  }

  /** Refresh tokens that the server looked at. */
  #refreshes(): readonly TokenCall[] {
    return this.front.calls.filter((call) => call.grant === 'refresh_token' && isLookedAt(call));
  }

  #saw(column: Column, seen: string, isRight: boolean, detail: string): void {
    this.cells[column] = isRight ? seen : `WRONG: ${seen}`;
    if (!isRight) this.faults.push(`${column}: ${seen} (${detail.slice(0, 600)})`);
  }
}
