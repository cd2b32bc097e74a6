/** For the suite: `postern`, under a wall clock that is the first argument (milliseconds) ahead of the real one. */
const [shift = '0'] = process.argv.splice(2, 1);
const realNow = Date.now;
Date.now = () => realNow() + Number(shift);

await import('../../../packages/cli/bin/postern.ts');
