/** Prints a client assertion of the sandbox whose origin is the argument: what an operator's own program would do. */
const [origin = ''] = process.argv.slice(2);
process.stdout.write(await (await fetch(`${origin}/sandbox/assertion`)).text());
