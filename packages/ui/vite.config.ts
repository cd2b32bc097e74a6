import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The app as static files under `dist/`: one document for `/` and `/docs`, everything else under `/assets/`.
 *
 * Only the error table and a few lists of `@postern/contract` are used at run time. Its schemas are built by calls that a
 * bundler must assume to have effects; saying that they have none leaves the schema library out of the page, also where a function
 * stands beside a schema.
 */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2024',
    rolldownOptions: {
      treeshake: {
        manualPureFunctions: ['z'],
        moduleSideEffects: (id) => !/[\\/](packages|@postern)[\\/](contract|client)[\\/]/.test(id),
      },
    },
  },
});
