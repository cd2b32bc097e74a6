// Plain JavaScript, as packages/cli/bin/postern.js is, and for the same reason: Node must keep what it compiled before it strips
// the first type. A program of the tests that is started without starts a TypeScript compiler first, every time.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/postern', import.meta.url)));
