import { BoundedThread } from '../../threads/index.ts';
import type { ChangePreview, ProposedChange } from './proposed-change.ts';

const notMade: ChangePreview = { diff: null, caution: 'no_difference' };
/** The bundle lays the thread's file beside its own, as JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './change-preview.worker.ts' : './change-preview.worker.js',
  import.meta.url,
);

/** Previews changes in a thread of its own. */
export class ChangePreviewer {
  // Memory for two texts of 1 MiB, their lines and their difference. Past 16, the user reads the input instead.
  readonly #thread = new BoundedThread<ProposedChange, ChangePreview>(threadFile, {
    taskMs: 2_000,
    idleMs: 10_000,
    mostWaiting: 16,
    maxOldGenerationSizeMb: 256,
  });

  /** Never rejects: where no preview can be made in time, it says so. */
  async preview(change: ProposedChange): Promise<ChangePreview> {
    return (await this.#thread.run(change)) ?? notMade;
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
