import fc from 'fast-check';
import { undisturbed } from './history.ts';
import { openPlace } from './open-place.ts';
import { type Deed, mostProcesses, World } from './world.ts';

/** What a run of interleavings showed. None of its sign-ins ended without a cause: the first one that did would have ended the run. */
export interface Figures {
  readonly seed: number;
  /** Interleavings that ran from their beginning to their end. */
  readonly interleavings: number;
  /** Things that were done in them. */
  readonly steps: number;
  /** Sign-ins that were good at the end of an interleaving, and were served. */
  readonly signInsServed: number;
  /** Access tokens that ended without any trouble around them, and refreshes sent for them. */
  readonly expiries: number;
  readonly refreshes: number;
}

/** How much is run. */
export interface Extent {
  readonly runs: number;
  readonly seed: number;
  /** Begins no interleaving after this. */
  readonly timeLimitMs?: number;
}

type Step = fc.AsyncCommand<object, World>;

/** A thing that is done to a world; its name and arguments are what a failing run prints. */
function step(name: string, run: (world: World) => Promise<void> | void): Step {
  return {
    check: () => true,
    toString: () => name,
    run: async (_model, world) => {
      await run(world);
      await world.check();
    },
  };
}

const minute = 60_000;
const slot = fc.nat({ max: mostProcesses - 1 });
const deed = fc.constantFrom<Deed[]>('query', 'query', 'query', 'token', 'refresh', 'sign_in', 'sign_out');
const asking = fc.constantFrom<Deed[]>('query', 'token', 'refresh');

/** Steps at which a process can die, with the deed that leads there. */
const deaths = fc.constantFrom<(readonly [Deed, string])[]>(
  ['query', 'locked'],
  ['query', 'intent_written'],
  ['query', 'answered'],
  ['refresh', 'answered'],
  ['refresh', 'stored'],
  ['sign_in', 'pending_written'],
  ['sign_in', 'pending_taken'],
  ['sign_in', 'exchanged'],
  ['sign_in', 'issued'],
  ['sign_out', 'removed'],
  ['sign_out', 'revoked'],
);

/** What a refresh can meet: the server says no, says nothing usable, or does what was asked and cannot say so. */
const troubles = fc.constantFrom(
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfterSeconds: 20 },
  { kind: 'status', status: 502 },
  { kind: 'redirect' },
  { kind: 'reset' },
  { kind: 'not_json' },
  { kind: 'delay', delayMs: 60 },
  { kind: 'no_refresh_token' },
  { kind: 'invalid_client' },
  { kind: 'invalid_grant' },
  { kind: 'reset_after_processing' },
  { kind: 'cut_off' },
  { kind: 'no_access_token' },
);

const jumps = fc.constantFrom(-120, -30, 1, 30, 55, 61, 120, 720).map((minutes) => minutes * minute);
const spans = fc.constantFrom(1_000, 6_000, minute, 9 * minute, 61 * minute);

const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(slot, deed).map(([at, what]) => step(`${what}(${at})`, (world) => world.together([[at, what]]))),
  fc
    .array(fc.tuple(slot, asking), { minLength: 2, maxLength: mostProcesses })
    .map((deeds) =>
      step(`together(${deeds.map(([at, what]) => `${what}(${at})`).join(' ')})`, (world) =>
        world.together(deeds),
      ),
    ),
  fc
    .array(fc.tuple(slot, deed), { minLength: 2, maxLength: 4 })
    .map((deeds) =>
      step(`race(${deeds.map(([at, what]) => `${what}(${at})`).join(' ')})`, (world) =>
        world.together(deeds),
      ),
    ),
  jumps.map((ms) => step(`jump(${ms / minute} min)`, (world) => world.machine.jump(ms))),
  spans.map((ms) => step(`pass(${ms / 1_000} s)`, (world) => world.machine.pass(ms))),
  troubles.map((fault) => step(`trouble(${JSON.stringify(fault)})`, (world) => world.trouble(fault))),
  fc
    .tuple(slot, deaths)
    .map(([at, [what, where]]) =>
      step(`crash(${at}, ${what}, ${where})`, (world) => world.crash(at, what, where)),
    ),
  fc
    .tuple(slot, fc.constantFrom<('gracefully' | 'at once')[]>('gracefully', 'at once'))
    .map(([at, how]) => step(`end(${at}, ${how})`, (world) => world.end(at, how))),
  slot.map((at) =>
    step(`the disk fills up during a refresh of ${at}`, (world) => world.fillDiskDuringRefresh(at)),
  ),
  fc.constant(step('the server expires every access token', (world) => world.serverExpires())),
  fc.constant(step('the server revokes the consent', (world) => world.serverRevokes())),
  fc.boolean().map((isLocked) =>
    step(isLocked ? 'the keychain is locked' : 'the keychain is unlocked', (world) => {
      world.machine.keychain.mood = isLocked ? 'locked' : 'open';
    }),
  ),
  fc.boolean().map((isFull) =>
    step(isFull ? 'the disk is full' : 'the disk has room', (world) => {
      world.machine.diskIsFull = isFull;
    }),
  ),
];

/**
 * Runs interleavings of everything that happens to a sign-in, with one to eight processes, against the real sandbox, and checks the
 * invariants after every step. Shrinks a failing one to the shortest. @throws Error with seed and interleaving where an invariant breaks
 */
export async function runInterleavings({ runs, seed, timeLimitMs }: Extent): Promise<Figures> {
  const endsAt = performance.now() + (timeLimitMs ?? Number.POSITIVE_INFINITY);
  const figures = { interleavings: 0, steps: 0, signInsServed: 0, expiries: 0, refreshes: 0 };
  const property = fc.asyncProperty(
    fc.commands(steps, { maxCommands: 18, size: 'max' }),
    async (commands) => {
      if (performance.now() > endsAt) return;
      const place = await openPlace();
      const world = new World(place);
      try {
        await world.together([[0, 'sign_in']]);
        await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
        const { requests, wasGood } = await world.recover();
        const { expiries, refreshes } = undisturbed(requests);
        figures.interleavings += 1;
        figures.steps += [...commands].length;
        figures.signInsServed += wasGood ? 1 : 0;
        figures.expiries += expiries;
        figures.refreshes += refreshes;
      } finally {
        await world.close();
        await place.close();
      }
    },
  );
  await fc.assert(property, { numRuns: runs, seed });
  return { seed, ...figures };
}
