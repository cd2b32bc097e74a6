import type { KnipConfig } from 'knip';

/** Dead code: files nobody imports, exports nobody uses, dependencies nobody needs. */
const config: KnipConfig = {
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['apt-get', 'chromium', 'vitest'],
  workspaces: {
    '.': {
      entry: ['test/{check,all}.ts', 'test/**/*.test.ts', 'bench/main.ts'],
      project: ['test/**/*.ts', 'bench/**/*.ts'],
    },
    'packages/contract': { entry: ['src/index.ts'], project: ['src/**/*.ts'] },
    'packages/client': { entry: ['src/index.ts'], project: ['src/**/*.ts'] },
    'packages/sandbox': { entry: ['src/index.ts'], project: ['src/**/*.ts'] },
    'packages/sidecar': { entry: ['src/index.ts', 'src/main.ts'], project: ['src/**/*.ts'] },
    'packages/cli': { entry: ['bin/postern.ts', 'src/index.ts'], project: ['src/**/*.ts', 'bin/*.ts'] },
    'packages/ui': { entry: ['src/main.tsx', 'test/**/*.ts'], project: ['src/**/*.{ts,tsx}', 'test/**/*.ts'] },
  },
};

export default config;
