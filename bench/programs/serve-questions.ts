import { createInterface } from 'node:readline';

/** What a program was ordered, from its argument. */
export function orderOf<Order>(): Order {
  return JSON.parse(process.argv[2] ?? '{}') as Order;
}

/** Says that the program is ready, answers each line of standard input, and ends with it. */
export async function serveQuestions(
  ready: unknown,
  answer: (question: unknown) => unknown,
  end: () => Promise<void> | void,
): Promise<void> {
  say(ready);
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
  await end();
  // Connections of a load that was cut off must not hold the end back.
  process.exit(0);
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Milliseconds of processor time that this program has used so far. */
export function cpuMs(): { readonly cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000 };
}
