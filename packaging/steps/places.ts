import { resolve } from 'node:path';

/** The checkout that everything is built from. */
export const checkout = resolve(import.meta.dirname, '../..');

/** Where the products go; not under version control. */
export const defaultOutput = resolve(checkout, 'dist');
