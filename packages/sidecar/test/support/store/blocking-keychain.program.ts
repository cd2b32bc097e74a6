/** Answers like the process that asks the keychain, until it is asked for `block`: then it hears nothing more, as the library's constructor does. */
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', ({ number, account }: { readonly number: number; readonly account: string }) => {
  if (account === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (account === 'crash') process.exit(3);
  if (account === 'fail') process.send?.({ number, failure: 'object locked' });
  else process.send?.({ number, value: JSON.stringify(Object.keys(process.env).toSorted()) });
});
