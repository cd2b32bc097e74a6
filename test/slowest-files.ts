import type { Reporter, TestModule } from 'vitest/node';

const shown = 15;

/** Says at the end of a run which files took longest, hooks and imports included: seconds of the clock, with whatever ran beside them. */
class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules
      .map((module) => {
        const { duration, collectDuration, setupDuration } = module.diagnostic();
        return { seconds: (duration + collectDuration + setupDuration) / 1000, module };
      })
      .toSorted((one, other) => other.seconds - one.seconds)
      .slice(0, shown)
      .map(
        ({ seconds, module }) =>
          `${seconds.toFixed(0).padStart(5)} s  ${module.project.name.padEnd(5)}  ${module.relativeModuleId}`,
      );
    console.log(`The ${lines.length} files that took longest:\n${lines.join('\n')}`);
  }
}

export { SlowestFiles as default };
