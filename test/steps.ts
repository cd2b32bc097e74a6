/** What `npm run check` and `npm test` are made of, and how much of it runs at a time. */
import { type CommandOutcome, runCommand } from './run-command.ts';

/** What to run, and what it is called. */
export type Step = readonly [name: string, program: string, ...args: string[]];

/** How a step ended. */
export interface StepOutcome extends CommandOutcome {
  readonly name: string;
}

/** One process tests many files: as many pieces as leave no core waiting at the end. */
const filesEach = 24;
const mostShards = 3;

/**
 * The unit tests in pieces that can run beside each other.
 * @param files only these; null: all
 * @param options of Vitest, for the piece of a name
 */
export function unitTests(
  files: readonly string[] | null,
  options: (name: string) => readonly string[] = () => [],
): readonly Step[] {
  const shards = files === null ? mostShards : Math.min(mostShards, Math.ceil(files.length / filesEach));
  return Array.from({ length: shards }, (_, at): Step => {
    const part = shards === 1 ? [] : [`--shard=${at + 1}/${shards}`];
    const name = `unit tests ${at + 1} of ${shards}`;
    return [name, 'vitest', 'run', '--project', 'unit', ...options(name), ...(files ?? []), ...part];
  });
}

/** What needs no test to run. @param formatted the files whose format is looked at; none: it is not */
export function staticChecks(formatted: readonly string[]): readonly Step[] {
  const format: Step = [
    ...(['format and lint', 'biome', 'check', '--error-on-warnings', '--no-errors-on-unmatched'] as const),
    ...formatted,
  ];
  return [
    ...(formatted.length === 0 ? [] : [format]),
    ['types', 'tsc', '-p', 'tsconfig.json'],
    ['types of contract', 'tsc', '-p', 'packages/contract'],
    ['types of client', 'tsc', '-p', 'packages/client'],
    ['types of ui', 'tsc', '-p', 'packages/ui'],
    ['types of ui tests', 'tsc', '-p', 'packages/ui/test'],
    ['dead code', 'knip', '--no-progress'],
  ];
}

/** Runs the steps two at a time, as the machine may have two cores only; whichever is free takes the next. `onEnd` hears of each as it ends. */
export async function runTwoAtATime(
  steps: readonly Step[],
  onEnd: (outcome: StepOutcome) => void,
): Promise<readonly StepOutcome[]> {
  const waiting = [...steps];
  const inTurn = async (): Promise<StepOutcome[]> => {
    const outcomes: StepOutcome[] = [];
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const [name, program, ...args] = step;
      const outcome = { name, ...(await runCommand(program, args)) };
      onEnd(outcome);
      outcomes.push(outcome);
    }
    return outcomes;
  };
  return (await Promise.all([inTurn(), inTurn()])).flat();
}
