/** `node test/docs/write-error-entries.ts`: brings the entries of docs/troubleshooting.md up to date with the error table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withErrorEntries } from './error-entries.ts';

const page = resolve(import.meta.dirname, '../../docs/troubleshooting.md');
writeFileSync(page, withErrorEntries(readFileSync(page, 'utf8')));
