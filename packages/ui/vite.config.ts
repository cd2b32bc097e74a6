import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The schema library of the contract, by a name that nothing else has: a minified library may have a function `z`, and lose it. */
const schemas = 'contractSchemas';
const nameTheSchemas: Plugin = {
  name: 'name-the-schemas',
  transform: (code, id) =>
    /[\\/]packages[\\/]contract[\\/]src[\\/]/.test(id)
      ? code.replaceAll(/\bz(?= })/g, `z as ${schemas}`).replaceAll(/\bz(?=\.)/g, schemas)
      : null,
};

/**
 * The app as static files under `dist/`: one document for `/` and `/docs`, everything else under `/assets/`.
 *
 * Only the error table and a few lists of `@postern/contract` are used at run time. Its schemas are built by calls that a
 * bundler must assume to have effects; saying that they have none leaves the schema library out of the page, also where a function
 * stands beside a schema.
 */
export default defineConfig({
  base: '/',
  plugins: [nameTheSchemas, react()],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2024',
    rolldownOptions: {
      treeshake: {
        manualPureFunctions: [schemas],
        moduleSideEffects: (id) => !/[\\/](packages|@postern)[\\/](contract|client)[\\/]/.test(id),
      },
    },
  },
});
