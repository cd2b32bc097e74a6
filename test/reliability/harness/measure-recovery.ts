import { openPlace } from './open-place.ts';
import { startProgram } from './start-program.ts';

/** Milliseconds from the death of the lock's holder to the next holder, one for each round, shortest first. */
export async function measureRecovery(rounds: number): Promise<readonly number[]> {
  const place = await openPlace();
  const { dataDir, sandbox } = place;
  try {
    await place.signIn();
    const delays: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await place.expire();
      const holder = startProgram({ dataDir, sandbox, do: 'get', holdAt: 'locked' });
      await holder.reaches('locked');
      const next = startProgram({ dataDir, sandbox, do: 'get' });
      await next.reaches('asked');
      // It asks again and again by now; where in its pause it is hit is left to chance.
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 50));
      const killedAt = Date.now();
      holder.process.kill('SIGKILL');
      delays.push((await next.reaches('locked')) - killedAt);
      const end = await next.ended;
      if (end?.outcome !== 'token') throw new Error(`the next one has no token: ${end?.outcome}`);
    }
    return delays.toSorted((a, b) => a - b);
  } finally {
    await place.close();
  }
}
