import { closureOf, type LockedPackage, ownManifests } from './lock-file.ts';

/** What the window's files are made of; its package counts them as tools, because they are gone once it is built. */
const inTheWindow = [
  'preact',
  'react',
  'react-dom',
  'markdown-it',
  '@tanstack/react-virtual',
  'lucide-react',
];

/** Third-party packages that we name ourselves and that run, or whose code is in the window's files; sorted. */
export const directPackages: readonly string[] = [
  ...new Set([
    ...ownManifests.flatMap(({ dependencies }) => Object.keys(dependencies ?? {})),
    ...inTheWindow,
  ]),
]
  .filter((name) => !name.startsWith('@postern/'))
  .sort();

/** Those with everything that comes with them; by name, then version. Nothing of what only tests or builds. */
export const runTimePackages: readonly LockedPackage[] = distinct([
  ...ownManifests.flatMap(({ dependencies, folder }) =>
    closureOf(
      Object.keys(dependencies ?? {}).filter((name) => !name.startsWith('@postern/')),
      folder,
    ),
  ),
  ...closureOf(inTheWindow, 'packages/ui'),
]);

/** How many of them there are on one platform, where of the variants for each platform only one is installed. */
export const installedCount: number = runTimePackages.filter(({ optional }) => optional !== true).length;

function distinct(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  const byKey = new Map(packages.map((each) => [`${each.name}@${each.version}`, each]));
  return [...byKey].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}
