import type { KnipConfig } from 'knip';

/** Dead code: files nobody imports, exports nobody uses, dependencies nobody needs. */
const config: KnipConfig = {
  ignoreExportsUsedInFile: true,
  /** Programs of the system and our own. */
  ignoreBinaries: [
    'postern',
    'keepassxc',
    'keepassxc-cli',
    'prlimit',
    'script',
    'mkfifo',
    'ssh-keygen',
    'desktop-file-validate',
    'xdg-mime',
    'unshare',
  ],
  /** Read as files: axe into the page, postject as a program. */
  ignoreDependencies: ['axe-core', 'postject'],
  workspaces: {
    '.': {
      entry: [
        'test/{check,all,slowest-files}.ts',
        'test/**/*.{test,program}.ts',
        'test/docs/write-error-entries.ts',
        'test/end-to-end/measure.ts',
        'bench/**/*.program.ts',
        'packaging/{bundle,linux}.ts',
        'packaging/executable/main.ts',
        'examples/*.ts',
      ],
      project: ['test/**/*.ts', 'bench/**/*.ts', 'packaging/**/*.ts', 'examples/*.ts'],
    },
    'packages/*': { project: ['{src,test}/**/*.{ts,tsx}'] },
    'packages/client': { project: ['src/**/*.ts', 'test/**/*.ts'] },
    'packages/cli': { project: ['src/**/*.ts', 'bin/*.ts', 'test/**/*.ts'] },
    'packages/sandbox': { entry: ['src/**/*.program.ts'], project: ['{src,test}/**/*.ts'] },
    'packages/sidecar': {
      entry: ['src/main.ts', 'src/**/*.{worker,child}.ts', 'test/**/*.program.ts'],
      project: ['{src,test}/**/*.ts'],
    },
    'packages/ui': { entry: ['test/**/*.ts'], project: ['src/**/*.{ts,tsx}', 'test/**/*.ts'] },
  },
};

export default config;
