/** Option of Node's with which a program of the tests starts from what was compiled for the last one. */
export const keepCompiled = `--import=${new URL('./keep-compiled.js', import.meta.url).href}`;
