import { directPackages, installedCount, runTimePackages } from './run-time-packages.ts';

/** `docs/licences.md`, made of the lock file alone: the same on every machine. */
export function licencesDocument(): string {
  const byLicence = Map.groupBy(runTimePackages, ({ license }) => license);
  const counts = [...byLicence].toSorted(([, one], [, other]) => other.length - one.length);
  return `# Licences

Postern itself is under the Apache License 2.0 ([LICENSE](../LICENSE)). This page lists what runs with it: ${directPackages.length} third-party packages
that it names itself (in bold), and what they bring along; ${installedCount} besides the variants for other platforms. What only
builds and tests is not in it. A test keeps the page to the lock file, and lets no copyleft and no unknown licence in; after a change of
dependencies it is made anew by

\`\`\`
npm exec -- vitest run --project unit test/supply.test.ts --update
\`\`\`

\`@anthropic-ai/claude-agent-sdk\` and the program it brings are Anthropic's, all rights reserved, under Anthropic's own terms
(https://code.claude.com/docs/en/legal-and-compliance). Postern does not change or hand on that program: npm installs it.

| licence | packages |
| --- | --- |
${counts.map(([licence, packages]) => `| ${licence} | ${packages.length} |`).join('\n')}

| package | version | licence |
| --- | --- | --- |
${runTimePackages.map(({ name, version, license }) => `| ${bold(name)} | ${version} | ${license} |`).join('\n')}
`;
}

function bold(name: string): string {
  return directPackages.includes(name) ? `**${name}**` : name;
}
