import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first. Begun last, one of them would keep one worker busy while the others have nothing left to do;
 * in a fresh clone Vitest knows no times and goes by the size of a file. `npm test` ends with a list to mend this one by.
 */
const longest: readonly string[] = [
  'packages/ui/test/axe-on-second-half.slow.test.ts',
  'packages/ui/test/axe-on-first-half.slow.test.ts',
  'test/reliability/no-process-left.test.ts',
  'test/reliability/token-for-a-script.test.ts',
  'packages/sidecar/src/agent/agent-servers.slow.test.ts',
  'test/security/agent.test.ts',
  'packages/sidecar/src/agent/delegated-fallback.slow.test.ts',
  'packages/sidecar/src/agent/console-profile.slow.test.ts',
  'packages/sidecar/src/agent/agent-children.slow.test.ts',
  'packages/sidecar/src/agent/agent-secrets.slow.test.ts',
  'test/packaging/installed-bundle.test.ts',
  'test/end-to-end/fallback.test.ts',
  'test/faults/slow-answers.test.ts',
  'test/end-to-end/lifecycle.test.ts',
  'test/end-to-end/killed-run.test.ts',
  'packages/sidecar/src/agent/agent.slow.test.ts',
  'packages/sidecar/src/agent/agent-credentials.slow.test.ts',
  'test/security/process.test.ts',
  'packages/sidecar/src/agent/agent-queue.slow.test.ts',
  'packages/sidecar/src/agent/console-profile-cap.slow.test.ts',
  'test/faults/stored-data.test.ts',
  'test/security/approvals-race.test.ts',
  'packages/sidecar/src/agent/agent-spare.slow.test.ts',
  'test/security/hostile-page.test.ts',
  'test/keychain/keychain.test.ts',
  'packages/sidecar/src/agent/claude-code.slow.test.ts',
  'packages/sidecar/src/agent/agent-cards.slow.test.ts',
  'test/security/linked-billing-canary.test.ts',
  'test/end-to-end/over-ssh.test.ts',
  'test/end-to-end/command-line.test.ts',
  'test/faults/sign-out.test.ts',
];

/** Begins with the files that take longest; the others follow in the order that Vitest has for them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Stable, and each project's files stay together.
    return sorted.toSorted((one, other) =>
      one.project.name === other.project.name ? place(one) - place(other) : 0,
    );
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((file) => moduleId.endsWith(`/${file}`));
  return at === -1 ? longest.length : at;
}
