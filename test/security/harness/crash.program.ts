/** Crashes as it is told to, with a secret at hand: what is printed is looked through by who started it. */
import { guardProcess } from '../../../packages/sidecar/src/composition/process-guards.ts';
import { Secret } from '../../../packages/sidecar/src/secret/index.ts';

const [way, value = ''] = process.argv.slice(2);
const secret = new Secret(value);
guardProcess((line) => process.stderr.write(`${line}\n`));

class TokenError extends Error {
  readonly accessToken = value;
  readonly headers = { authorization: `Bearer ${value}` };
}

const ways: Readonly<Record<string, () => void>> = {
  message: () => {
    throw new Error(`the server said no to ${secret.reveal()} at ${encodeURIComponent(value)}`);
  },
  fields: () => {
    throw new TokenError('refused');
  },
  cause: () => {
    throw new AggregateError([new TokenError(value)], 'both failed', { cause: new Error(value) });
  },
  header: () => void new Headers({ authorization: `Bearer ${value}\nx` }),
  json: () => void JSON.parse(`${value} is no JSON`),
  base64: () => {
    throw new Error(`sent ${Buffer.from(`id:${value}`).toString('base64')}`);
  },
  lines: () => {
    const error = new Error('split');
    error.stack = `Error: ${JSON.stringify({ access_token: value }, null, 2)}\n    at ${value}`;
    throw error;
  },
  rejection: () => void Promise.reject(new TokenError(`${value}`)),
  rejectedText: () => void Promise.reject(value),
  rejectedObject: () => void Promise.reject({ token: value, toString: () => value }),
  timer: () => void setTimeout(() => ways['message']?.()),
  memory: () => {
    const kept: unknown[] = [];
    for (let count = 0; ; count += 1)
      kept.push({ [`${value}${count}`]: `${value}${count}`.repeat(50).split('') });
  },
};
ways[way ?? '']?.();
