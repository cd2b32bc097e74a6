import { readdirSync } from 'node:fs';
import type { Requests } from '../../../packages/sandbox/src/testing/control.ts';
import type { SignIn } from '../../../packages/sidecar/src/credentials/index.ts';
import { Failure } from '../../../packages/sidecar/src/errors/index.ts';
import { filesContaining } from '../../../packages/sidecar/src/store/store-fixture.ts';
import { type Causes, mustBeGood, violations } from './history.ts';
import { Machine, type Process } from './machine.ts';
import { credentialId } from './open-rooms.ts';
import type { Place } from './open-place.ts';
import { signInOverHttp } from './sign-in-over-http.ts';

/** What a process can be asked to do. */
export type Deed = 'query' | 'token' | 'refresh' | 'sign_in' | 'sign_out';

export const mostProcesses = 8;

/** A machine with a history: everything a script does to it is noted, and after everything the invariants are checked. */
export class World {
  readonly machine: Machine;
  readonly causes: Causes = { signedIn: false, withdrawn: false, lostByCrash: new Set() };
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
    const processes = await Promise.all(deeds.map(([slot]) => slot).map((slot) => this.#started(slot)));
    const ends = await Promise.all(
      deeds.map(async ([, deed], at) => [deed, await this.#did(processes[at], deed)] as const),
    );
    const personal = ends.flatMap(([deed, done]) => (done && (deed === 'sign_in' || deed === 'sign_out') ? [deed] : []));
    if (personal.length > 0) this.#person(personal);
  }

  /** A process dies at a step of a deed. */
  async crash(slot: number, deed: Deed, step: string): Promise<void> {
    const process = await this.process(slot);
    const before = await this.#lastRefreshed();
    process.crashAt(step);
    const done = await this.#did(process, deed);
    const sentBefore = await this.#lastRefreshed();
    if (process.hasCrashed()) {
      if (sentBefore !== null && sentBefore.times !== before?.times) this.causes.lostByCrash.add(sentBefore.fingerprint);
      // A crash at this step comes after the durable write, or before it.
      if (deed === 'sign_out') this.#person(['sign_out']);
      if (deed === 'sign_in' && step === 'issued') this.#person(['sign_in']);
      if (deed === 'sign_in' && step !== 'issued') this.causes.signedIn = this.causes.signedIn === true ? true : this.causes.signedIn;
      await this.end(slot, 'at once');
    } else if (done && (deed === 'sign_in' || deed === 'sign_out')) this.#person([deed]);
  }

  /** Ends the process of a slot. What it held in memory only is lost with it. */
  async end(slot: number, how: 'gracefully' | 'at once'): Promise<void> {
    const process = this.#slots[slot];
    if (process === null || process === undefined) return;
    this.#slots[slot] = null;
    const isSaved = process.rooms.accessTokens.isSaved(credentialId);
    await this.machine.end(process, how);
    const last = isSaved ? null : await this.#lastRefreshed();
    if (last !== null) this.causes.lostByCrash.add(last.fingerprint);
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
    const requests = await this.#place.trouble.requests();
    const wrong = [...violations(requests, await this.stored(), this.causes)];
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
    await this.machine.pass(2 * 3_600_000);
    await this.check();
    const requests = await this.#place.trouble.requests();
    const wasGood = mustBeGood(requests, await this.stored(), this.causes);
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

  /** The record as it is stored, seen by a process of its own. */
  async stored(): Promise<SignIn> {
    const mood = this.machine.keychain.mood;
    this.machine.keychain.mood = 'open';
    const observer = await this.machine.start();
    const record = await observer.rooms.store.signIns.read(credentialId);
    await this.machine.end(observer, 'gracefully');
    this.machine.keychain.mood = mood;
    return record;
  }

  async close(): Promise<void> {
    for (const slot of this.#slots.keys()) await this.end(slot, 'at once');
  }

  async #started(slot: number): Promise<Process> {
    return await this.process(slot);
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
    const used = async (): Promise<number> => {
      const { counts, refresh } = await this.#place.trouble.requests();
      return refresh.requests + Object.values(counts['models'] ?? {}).reduce((sum, each) => sum + each, 0);
    };
    const before = await used();
    for (const process of this.#slots) if (process !== null) await this.#did(process, 'query');
    return (await used()) > before ? ['something was used after the sign-out'] : [];
  }

  async #lastRefreshed(): Promise<{ readonly fingerprint: string; readonly times: number } | null> {
    const { log, refresh } = await this.#place.trouble.requests();
    const last = log.find(({ endpoint }) => endpoint === 'token:refresh_token');
    return last?.credential == null ? null : { fingerprint: last.credential.fingerprint, times: refresh.requests };
  }

  #findNoToken(): void {
    const { dataDir } = this.#place;
    for (const token of this.machine.tokens) {
      if (this.machine.log.some((line) => line.includes(token))) throw new Error('a token is in the log');
      const files = filesContaining(dataDir, token);
      if (files.length > 0) throw new Error(`a token lies open in ${files.join(', ')} of ${readdirSync(dataDir).length}`);
    }
  }
}
