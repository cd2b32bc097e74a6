import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Requests } from '../../../packages/sandbox/test/control.ts';
import { Failure } from '../../../packages/sidecar/src/errors/index.ts';
import { type Causes, mustBeGood, violations } from './history.ts';
import { Machine, type Process } from './machine.ts';
import type { Place } from './open-place.ts';
import { credentialId } from './open-rooms.ts';
import { signInOverHttp } from './sign-in-over-http.ts';

/** What a process can be asked to do. */
export type Deed = 'query' | 'token' | 'refresh' | 'sign_in' | 'sign_out';

export const mostProcesses = 8;

/** A machine with a history: everything a script does to it is noted, and after everything the invariants are checked. */
export class World {
  readonly machine: Machine;
  readonly causes: Causes = {
    signedIn: false,
    withdrawn: false,
    lostByCrash: new Set(),
    revokedByCrash: new Set(),
  };
  readonly #place: Place;
  readonly #slots: (Process | null)[] = Array.from({ length: mostProcesses }, () => null);

  constructor(place: Place) {
    this.#place = place;
    this.machine = new Machine(place);
  }

  /** The process of a slot; one is started where none runs. */
  async process(slot: number): Promise<Process> {
    const running = this.#slots[slot];
    if (running !== null && running !== undefined) return running;
    const started = await this.machine.start();
    this.#slots[slot] = started;
    // One that runs for a while renews by itself.
    started.rooms.accessTokens.startRenewal();
    return started;
  }

  /** Deeds of several processes, all at once; each ends when it ends. */
  async together(deeds: readonly (readonly [slot: number, deed: Deed])[]): Promise<void> {
    const processes: Process[] = [];
    for (const [slot] of deeds) processes.push(await this.process(slot));
    const ends = await Promise.all(
      deeds.map(async ([, deed], at) => [deed, await this.#did(processes[at], deed)] as const),
    );
    const personal = ends.flatMap(([deed, done]) =>
      done && (deed === 'sign_in' || deed === 'sign_out') ? [deed] : [],
    );
    if (personal.length > 0) this.#person(personal);
  }

  /** A process dies at a step of a deed. */
  async crash(slot: number, deed: Deed, step: string): Promise<void> {
    const process = await this.process(slot);
    process.crashAt(step);
    const done = await this.#did(process, deed);
    process.crashAt(null);
    if (!process.hasCrashed()) {
      if (done && (deed === 'sign_in' || deed === 'sign_out')) this.#person([deed]);
      return;
    }
    // What was intended may have been sent, for all that anybody can know.
    if (step === 'intent_written' || step === 'answered') await this.#losesAnswer();
    if (deed === 'sign_in' && step === 'exchanged') {
      const replaced = (await this.machine.look()).tokens?.refreshToken?.fingerprint();
      if (replaced !== undefined) this.causes.revokedByCrash.add(replaced);
    }
    if (deed === 'sign_out') this.#person(['sign_out']);
    if (deed === 'sign_in' && step === 'issued') this.#person(['sign_in']);
    await this.end(slot, 'at once');
  }

  /** The disk fills up between the answer to a refresh and its being stored. */
  async fillDiskDuringRefresh(slot: number): Promise<void> {
    const process = await this.process(slot);
    process.fillDiskAt('answered');
    await this.#did(process, 'refresh');
    process.fillDiskAt(null);
  }

  /** Ends the process of a slot. What it holds in memory only is lost with it. */
  async end(slot: number, how: 'gracefully' | 'at once'): Promise<void> {
    const process = this.#slots[slot];
    if (process === null || process === undefined) return;
    this.#slots[slot] = null;
    if (!process.rooms.accessTokens.isSaved(credentialId)) await this.#losesAnswer();
    await this.machine.end(process, how);
  }

  /** Scripts what the next refreshes meet. */
  async trouble(fault: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#place.trouble.post('faults', { on: 'token', grant: 'refresh_token', ...fault });
  }

  async serverExpires(): Promise<void> {
    await this.#place.trouble.post('expire', {});
  }

  async serverRevokes(): Promise<void> {
    this.causes.withdrawn = true;
    await this.#place.trouble.post('revoke', {});
  }

  /** @throws Error naming every invariant that does not hold now */
  async check(): Promise<void> {
    const requests = await this.#quiet();
    const wrong = [...violations(requests, await this.machine.look(), this.causes)];
    if (this.causes.signedIn === false) wrong.push(...(await this.#usedAfterSignOut()));
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  }

  /**
   * Everything is mended, and an hour passes: what must still be good is, in a process that was there and in a new one.
   * @throws Error where it is not, or a token is found where none may be
   */
  async recover(): Promise<{ readonly requests: Requests; readonly wasGood: boolean }> {
    this.machine.diskIsFull = false;
    this.machine.keychain.mood = 'open';
    await this.#place.trouble.post('faults', { on: 'token', kind: 'clear' });
    this.machine.jump(2 * 3_600_000);
    await this.machine.pass(11 * 60_000);
    await this.check();
    const requests = await this.#place.trouble.requests();
    const wasGood = mustBeGood(requests, await this.machine.look(), this.causes);
    for (const slot of this.#slots.keys()) await this.end(slot, 'gracefully');
    if (wasGood) {
      const { rooms } = await this.process(0);
      const { outcome, code } = await rooms.gateway.tryCredential(credentialId);
      if (outcome !== 'accepted') throw new Error(`a good sign-in is not served: ${code}`);
      await this.end(0, 'gracefully');
    }
    await this.check();
    this.#findNoToken();
    return { requests: await this.#place.trouble.requests(), wasGood };
  }

  async close(): Promise<void> {
    for (const slot of this.#slots.keys()) await this.end(slot, 'at once');
  }

  /** True where it came to its end. @throws whatever is no Failure and no crash of the script's */
  async #did(process: Process | undefined, deed: Deed): Promise<boolean> {
    if (process === undefined) return false;
    const { accessTokens, gateway, signIns } = process.rooms;
    try {
      switch (deed) {
        case 'query':
          return (await gateway.tryCredential(credentialId)).outcome === 'accepted';
        case 'token':
          await accessTokens.getValidFor(credentialId, 60);
          return true;
        case 'refresh':
          await signIns.refresh(null);
          return true;
        case 'sign_in':
          return await signInOverHttp(process.rooms);
        case 'sign_out':
          await signIns.signOut(null);
          return true;
      }
    } catch (error) {
      if (error instanceof Failure || process.hasCrashed()) return false;
      throw error;
    }
  }

  #person(deeds: readonly ('sign_in' | 'sign_out')[]): void {
    const isClear = new Set(deeds).size === 1;
    this.causes.signedIn = isClear ? deeds[0] === 'sign_in' : null;
    if (this.causes.signedIn === true) this.causes.withdrawn = false;
  }

  async #usedAfterSignOut(): Promise<readonly string[]> {
    const used = ({ counts, refresh }: Requests): number =>
      refresh.requests + Object.values(counts['models'] ?? {}).reduce((sum, each) => sum + each, 0);
    const before = used(await this.#place.trouble.requests());
    for (const process of this.#slots) if (process !== null) await this.#did(process, 'query');
    return used(await this.#quiet()) > before ? ['something was used after the sign-out'] : [];
  }

  /** What the server saw, once everything that was begun behind has come to its end. */
  async #quiet(): Promise<Requests> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const requests = await this.#place.trouble.requests();
      if (requests.log.every(({ outcome }) => outcome !== null)) return requests;
    }
  }

  async #losesAnswer(): Promise<void> {
    const fingerprint = (await this.machine.look()).tokens?.refreshToken?.fingerprint();
    if (fingerprint !== undefined) this.causes.lostByCrash.add(fingerprint);
  }

  #findNoToken(): void {
    const bytes = filesOf(this.#place.dataDir);
    const log = this.machine.log.join('\n');
    for (const token of this.machine.tokens) {
      if (log.includes(token)) throw new Error('a token is in the log');
      for (const form of [token, Buffer.from(token).toString('hex'), ...base64Forms(token)])
        if (bytes.includes(form)) throw new Error('a token lies open in the data directory');
    }
  }
}

/** Every byte of a directory's files, by way of copies: opening SQLite's files in this process would drop its locks. */
function filesOf(directory: string): Buffer {
  const copies = mkdtempSync(join(tmpdir(), 'postern-copies-'));
  try {
    execFileSync('cp', ['-R', `${directory}/.`, copies]);
    return Buffer.concat(readdirSync(copies).map((name) => readFileSync(join(copies, name))));
  } finally {
    rmSync(copies, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A text in base64 at any alignment, without the characters that depend on what stands beside it. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.from(text).subarray(offset);
    return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  });
}
