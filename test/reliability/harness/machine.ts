import { mkdirSync } from 'node:fs';
import type { SignIn } from '../../../packages/sidecar/src/credentials/index.ts';
import { StoreError } from '../../../packages/sidecar/src/errors/index.ts';
import type { Fetch } from '../../../packages/sidecar/src/oauth/index.ts';
import type { Store } from '../../../packages/sidecar/src/store/index.ts';
import { createKeychain } from '../../../packages/sidecar/src/store/keychain.ts';
import {
  createFakeKeychain,
  type FakeKeychain,
} from '../../../packages/sidecar/test/support/store/fake-keychain.ts';
import { openTestStore } from '../../../packages/sidecar/test/support/store/harness.ts';
import type { Place } from './open-place.ts';
import { credentialId, openRooms, type Rooms } from './open-rooms.ts';

/** Long enough for a row of refreshes, short enough that a run does not stand still behind one that cannot be saved. */
const lockWaitMs = 800;
/** Of real time, for one span: where the lock is held all through it, each of eight processes waits for it in each of its minutes. */
const longestPassMs = 5_000;

/** One process of Postern, as a composition of its own over the shared directory. */
export interface Process {
  readonly rooms: Rooms;
  /** It dies at the next step of this name, as `kill -9` ends it there: nothing of it is written or sent from then on. Null: it does not. */
  crashAt(step: string | null): void;
  /** The disk is full from the next step of this name on. */
  fillDiskAt(step: string | null): void;
  /** True once it died at that step. */
  hasCrashed(): boolean;
}

interface Timer {
  readonly owner: object;
  atMs: number;
  readonly run: () => void;
}

/**
 * A person's machine: a wall clock that can be set, timers that stand still while it sleeps, a disk that can be full, a keychain that can be
 * locked, and up to eight processes of Postern that share a data directory. Everything else is real: SQLite, locks, HTTP, the server.
 */
export class Machine {
  readonly keychain: FakeKeychain = createFakeKeychain();
  readonly log: string[] = [];
  /** Every token that a server ever gave out: none of them may be found anywhere but sealed. */
  readonly tokens = new Set<string>();
  diskIsFull = false;
  readonly #place: Place;
  #nowMs = Date.now();
  #timers: Timer[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  readonly clock = (): number => this.#nowMs;

  /** The wall clock is set, or the machine slept: no timer comes nearer. */
  jump(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) timer.atMs += ms;
  }

  /** Time passes, and whatever falls due on the way runs to its end. Where that takes long, the machine sleeps through the rest. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    const awakeUntil = performance.now() + longestPassMs;
    for (;;) {
      if (performance.now() > awakeUntil) return this.jump(endMs - this.#nowMs);
      const [due] = this.#timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
      await this.#settle();
    }
    this.#nowMs = endMs;
  }

  /** Starts a process. */
  async start(): Promise<Process> {
    const owner = {};
    let crashStep: string | null = null;
    let fillStep: string | null = null;
    let isDead = false;
    const rooms: Rooms = await openRooms({
      dataDir: this.#place.dataDir,
      sandbox: this.#place.sandbox,
      clock: this.clock,
      log: (line) => this.log.push(line),
      lockWaitMs,
      openStore: async (dataDir) => this.#wired(await this.#openStore(dataDir), () => isDead),
      fetch: (fetch) => this.#wiretapped(fetch, () => isDead),
      schedule: (delayMs, run) => {
        const timer: Timer = { owner, atMs: this.#nowMs + delayMs, run };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((each) => each !== timer);
        };
      },
      onStep: (step) => {
        if (isDead) throw new Error('it is dead');
        if (step === fillStep) this.diskIsFull = true;
        if (step !== crashStep) return;
        isDead = true;
        void rooms.disconnect();
        throw new Error(`crashed at ${step}`);
      },
    });
    const process: Process = {
      rooms,
      crashAt: (step) => {
        crashStep = step;
      },
      fillDiskAt: (step) => {
        fillStep = step;
      },
      hasCrashed: () => isDead,
    };
    this.#ending.set(process, async (gracefully) => {
      if (!gracefully) isDead = true;
      if (isDead) await rooms.disconnect();
      this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
      await rooms.close();
      this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
    });
    return process;
  }

  readonly #ending = new Map<Process, (gracefully: boolean) => Promise<void>>();

  /** Ends a process: with time to put its things away, or at once. */
  async end(process: Process, how: 'gracefully' | 'at once'): Promise<void> {
    await this.#ending.get(process)?.(how === 'gracefully');
    this.#ending.delete(process);
  }

  /** The record as it is stored, read by somebody who has the key. */
  async look(): Promise<SignIn> {
    const { mood } = this.keychain;
    this.keychain.mood = 'open';
    const store = await this.#openStore(this.#place.dataDir);
    const record = await store.signIns.read(credentialId);
    await store.close();
    this.keychain.mood = mood;
    return record;
  }

  #openStore(dataDir: string): Promise<Store> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const parts = { keychain: createKeychain(this.keychain, 50) };
    return openTestStore(dataDir, { kind: 'os_keychain', parts, log: (line) => this.log.push(line) });
  }

  /** What a full disk, and a process that is no more, do to writes. */
  #wired(store: Store, isDead: () => boolean): Store {
    const refuse = (): void => {
      if (this.diskIsFull || isDead()) throw new StoreError('storage_full');
    };
    return {
      ...store,
      signIns: {
        ...store.signIns,
        update: (id, change) =>
          store.signIns.update(id, (current) => {
            const next = change(current);
            if (next !== current) refuse();
            return next;
          }),
      },
      pendingSignIn: {
        ...store.pendingSignIn,
        write: async (pending) => {
          refuse();
          await store.pendingSignIn.write(pending);
        },
      },
    };
  }

  #wiretapped(fetch: Fetch, isDead: () => boolean): Fetch {
    return async (url, init) => {
      if (isDead()) throw new Error('it is dead');
      const { status, headers, body } = await fetch(url, init);
      return { status, headers, body: body === null ? null : this.#overheard(body) };
    };
  }

  async *#overheard<Chunk extends Uint8Array>(body: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    let text = '';
    try {
      for await (const chunk of body) {
        text += Buffer.from(chunk).toString('latin1');
        yield chunk;
      }
    } finally {
      for (const [, token = ''] of text.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g))
        this.tokens.add(token);
    }
  }

  /** Waits until nobody refreshes and what was begun by a timer is through. */
  async #settle(): Promise<void> {
    const busy = (): boolean =>
      [...this.#ending.keys()].some(({ rooms }) => rooms.accessTokens.isRefreshing(credentialId));
    do await new Promise((resolve) => setTimeout(resolve, 5));
    while (busy());
  }
}
