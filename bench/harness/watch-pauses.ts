import type { HealthAskerOrder, HealthWatch } from '../programs/health-asker.program.ts';
import { startProgram } from './start-program.ts';

/** Watches the health of one server. */
export interface PauseWatch extends AsyncDisposable {
  /** The longest time that an answer of `/health` took while `work` ran, in milliseconds. */
  longestDuring(work: () => Promise<unknown>): Promise<number>;
}

/** The one who asks has a process of its own: what the work costs this process is nobody's pause. */
export async function watchPauses(url: string): Promise<PauseWatch> {
  const asker = await startProgram('health-asker', { url } satisfies HealthAskerOrder);
  return {
    async longestDuring(work) {
      await asker.ask<HealthWatch>('begin');
      await work();
      return (await asker.ask<HealthWatch>('end')).longestMs;
    },
    [Symbol.asyncDispose]: () => asker[Symbol.asyncDispose](),
  };
}
