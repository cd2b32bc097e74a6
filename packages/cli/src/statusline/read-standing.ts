import { join } from 'node:path';
import type { AuthStatus, CredentialView, Usage } from '@postern/contract';
import { isAlive, readSidecarFile } from '../sidecar-record.ts';
import { type Standing, standingOf } from './standing.ts';

const notRunning: Standing = { running: false, reason: 'Postern is not running' };
const silent: Standing = { running: false, reason: 'Postern does not answer' };

/**
 * What the sidecar of one of these data directories says, the first that runs. Never throws: a bar shows a sentence, whatever is wrong.
 * @param withinMs for the answers
 */
export async function readStanding(
  dataDirs: readonly string[],
  withinMs: number,
  clock: () => number,
): Promise<Standing> {
  for (const dataDir of dataDirs) {
    let file: ReturnType<typeof readSidecarFile>;
    try {
      file = readSidecarFile(join(dataDir, 'sidecar.json'));
    } catch {
      return { running: false, reason: 'Postern’s files are not safe: postern doctor says why' };
    }
    if (file === null || !isAlive(file.pid)) continue;
    try {
      const { url, token } = file;
      const [auth, usage] = await Promise.all([
        getJson<AuthStatus>(`${url}/auth/anthropic/status`, token, withinMs),
        getJson<Usage>(`${url}/usage`, token, withinMs),
      ]);
      // A bar waits: their order is asked for only where it says something.
      const credentials =
        auth.activeCredential === null
          ? await getJson<{ readonly items: readonly CredentialView[] }>(
              `${url}/credentials`,
              token,
              withinMs,
            )
          : { items: [] };
      return standingOf(auth, usage, clock(), credentials.items);
    } catch (error) {
      // Nothing listens: the number of the process was given to another program.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') continue;
      return silent;
    }
  }
  return notRunning;
}

/** One GET. Not `fetch`: loading it takes longer than everything else here. */
async function getJson<T>(url: string, token: string, withinMs: number): Promise<T> {
  const { request } = process.getBuiltinModule('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const asking = request(
    url,
    { agent: false, headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(withinMs) },
    (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.once('error', reject);
      response.once('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
          resolve(JSON.parse(text) as T);
        } catch (error) {
          reject(error);
        }
      });
    },
  );
  asking.once('error', reject);
  asking.end();
  return await promise;
}
