import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** The address that everybody else knows this server by, and where Postern takes the redirect. */
export const [origin, redirectUri] = process.argv.slice(2);

/** The person of every server. */
export const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse' };

/** A token nobody can guess. */
export const unguessable = () => randomBytes(32).toString('base64url');

/** Listens on a loopback port, says so on standard output, and ends every sign-in when it is told to. */
export function serve(listener, { clientId, endSignIns }) {
  const server = createServer(listener).listen(0, '127.0.0.1', () => {
    tellReady({ port: server.address().port, clientId }, endSignIns);
  });
}

/** Says on standard output that the server listens, and ends every sign-in whenever a line comes on standard input. */
export function tellReady(ready, endSignIns) {
  console.log(JSON.stringify(ready));
  createInterface({ input: process.stdin }).on('line', async () => {
    await endSignIns();
    console.log('{"ended":true}');
  });
}

/** A loopback port for a server that is told its port before it starts. */
export async function freePort() {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until a port takes connections. */
export async function untilListening(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const [listens] = await Promise.race([
      once(socket, 'connect').then(() => [true]),
      once(socket, 'close').then(() => [false]),
    ]).catch(() => [false]);
    socket.destroy();
    if (listens) return;
    await sleep(100);
  }
}

/** The page on which a person signs in and agrees at once; hidden fields carry what was asked. */
export function signInPage(action, hidden = {}) {
  const fields = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(String(value))}">`,
  );
  return `<!doctype html><form method="post" action="${escapeHtml(action)}">${fields.join('')}
    <input name="email"><input type="password" name="password"><button name="decision" value="approve">Allow</button></form>`;
}

/** Whether the person gave the right password. */
export const isPerson = ({ email, password }) => email === person.email && password === person.password;

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
