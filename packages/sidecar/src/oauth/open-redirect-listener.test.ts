import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../test/support/oauth/fake-server.ts';
import { redirectPage } from '../door/index.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { openRedirectListener } from './open-redirect-listener.ts';
import type { OnRedirect, RedirectListener } from './redirect-listener.ts';

/** A sign-in that waits for the state `right`, and remembers what it was brought. */
function pendingSignIn(): { readonly seen: string[]; readonly onRedirect: OnRedirect } {
  const seen: string[] = [];
  return {
    seen,
    onRedirect: ({ parameters }) => {
      seen.push(parameters.toString());
      if (parameters.get('state') !== 'right') return Promise.resolve('failed');
      return Promise.resolve(parameters.has('error') ? 'denied' : 'signed_in');
    },
  };
}

async function open(onRedirect: OnRedirect, redirectUri = 'http://localhost:{port}/callback') {
  const listener: RedirectListener = await openRedirectListener({
    redirectUri,
    onRedirect,
    log: () => undefined,
  });
  return { ...listener, port: Number(new URL(listener.redirectUri).port) };
}

/** Sends bytes as they are, and gives everything that comes back until the other end closes. */
async function raw(port: number, request: string, host = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host });
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(request);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

function get(port: number, query: string, more = '', host?: string): Promise<string> {
  return raw(port, `GET /callback${query} HTTP/1.1\r\nHost: localhost:${port}\r\n${more}\r\n`, host);
}

function bodyOf(answer: string): string {
  return Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString();
}

describe('a redirect listener', () => {
  it('says on every page of the sandbox that it is one, also where Node refused the request', async () => {
    const listener = await openRedirectListener({
      redirectUri: 'http://localhost:{port}/callback',
      onRedirect: async () => 'signed_in',
      mode: 'sandbox',
      log: () => undefined,
    });
    const port = Number(new URL(listener.redirectUri).port);
    for (const answer of [
      await get(port, '?code=c&state=right'),
      await get(port, '/elsewhere'),
      await raw(port, 'no request at all\r\n\r\n'),
    ])
      expect(bodyOf(answer)).toContain('Sandbox: no real account, no cost');
    await listener.close();
  });

  it('says so where the redirect URI points to an address that this machine does not have', async () => {
    // 2001:db8::/32 is for documentation: no machine has it. [::1] without IPv6 fails the same way.
    await expect(
      listenOnLoopback('http://[2001:db8::1]:{port}/callback', createServer),
    ).rejects.toMatchObject({
      code: 'invalid_configuration',
      detail: expect.stringContaining('http://127.0.0.1'),
    });
  });

  it('takes the right answer after any number of wrong ones, F01: from the 21st with 429', async () => {
    const { seen, onRedirect } = pendingSignIn();
    const { port, close } = await open(onRedirect);
    const statuses: string[] = [];
    for (const state of [
      '',
      'state=',
      'state=wrong',
      `state=${'s'.repeat(4096)}`,
      ...Array(18).fill('state=x'),
    ]) {
      const answer = await get(port, `?code=c&${state}`);
      statuses.push(answer.slice(9, 12));
      expect(bodyOf(answer)).toBe(redirectPage('failed').body.toString());
    }
    expect(statuses).toEqual([...Array(20).fill('400'), '429', '429']);
    const answer = await get(port, '?code=c&state=right');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(bodyOf(answer)).toBe(redirectPage('signed_in').body.toString());
    expect(seen).toHaveLength(23);
    await close();
  });

  it('F05: shows that access was not granted', async () => {
    const { onRedirect } = pendingSignIn();
    const { port, close } = await open(onRedirect);
    const answer = await get(port, '?error=access_denied&state=right');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer)).toBe(redirectPage('denied').body.toString());
    await close();
  });

  it('F06: shows the same bytes whatever came in, under a policy that lets nothing run', async () => {
    const { seen, onRedirect } = pendingSignIn();
    const { port, close } = await open(onRedirect);
    const plain = await get(port, '');
    for (const query of [
      '?state=x&error=a&error_description=<script>alert(1)</script>',
      '?state=x&error_description=%0d%0aSet-Cookie:a=b',
      `?state=x&error_description=${'y'.repeat(64 * 1024)}`,
      `?state=x&error_description=${'y'.repeat(256 * 1024)}`,
    ]) {
      const answer = await get(port, query);
      expect(answer).toMatch(/^HTTP\/1\.1 (400|431) /);
      expect(bodyOf(answer)).toBe(bodyOf(plain));
      expect(answer).toContain("Content-Security-Policy: default-src 'none'; style-src 'sha256-");
      expect(answer).toContain('; sandbox;');
      expect(answer).not.toMatch(/Set-Cookie|alert|Access-Control/i);
    }
    expect(seen).toHaveLength(3);
    await close();
  });

  it('F08: is not touched by HEAD, a form or a prefetch', async () => {
    const { seen, onRedirect } = pendingSignIn();
    const { port, close } = await open(onRedirect);
    const head = `HTTP/1.1\r\nHost: localhost:${port}\r\n`;
    const headAnswer = await raw(port, `HEAD /callback?code=c&state=right ${head}\r\n`);
    expect(headAnswer).toMatch(/^HTTP\/1\.1 405 .*Allow: GET\r\n/s);
    expect(bodyOf(headAnswer)).toBe('');
    const form =
      'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\ncode=c&state=right&a';
    expect(await raw(port, `POST /callback ${head}${form}`)).toMatch(/^HTTP\/1\.1 415 /);
    const prefetch = await get(port, '?code=c&state=right', 'Sec-Purpose: prefetch\r\n');
    expect(prefetch).toMatch(/^HTTP\/1\.1 204 /);
    expect(bodyOf(prefetch)).toBe('');
    expect(seen).toEqual([]);
    expect(await get(port, '?code=c&state=right')).toMatch(/^HTTP\/1\.1 200 /);
    await close();
  });

  it('answers other hosts, paths, targets and garbage with the page and touches nothing', async () => {
    const { seen, onRedirect } = pendingSignIn();
    const { port, close } = await open(onRedirect);
    const host = `Host: localhost:${port}\r\n`;
    for (const [status, request] of [
      [421, `GET /callback?state=right HTTP/1.1\r\nHost: evil.example\r\n\r\n`],
      [400, `GET /callback?state=right HTTP/1.1\r\n\r\n`],
      [400, `GET /callback?state=right HTTP/1.1\r\n${host}${host}\r\n`],
      [400, `GET /callback?state=right HTTP/1.0\r\n${host}\r\n`],
      [400, `GET http://localhost:${port}/callback?state=right HTTP/1.1\r\n${host}\r\n`],
      [404, `GET /other?state=right HTTP/1.1\r\n${host}\r\n`],
      [
        403,
        `GET /callback?state=right HTTP/1.1\r\n${host}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n\r\n`,
      ],
      [400, `garbage\r\n\r\n`],
    ] as const) {
      const answer = await raw(port, request);
      expect(answer, request).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(bodyOf(answer), request).toBe(redirectPage('failed').body.toString());
    }
    expect(seen).toEqual([]);
    await close();
  });

  it('gives the status that comes with the page, and lives on where judging fails', async () => {
    const answers: (() => ReturnType<OnRedirect>)[] = [
      () => Promise.resolve({ page: 'failed', status: 429 }),
      () => Promise.reject(new Error('canary')),
      () => Promise.resolve('signed_in'),
    ];
    const { port, close } = await open(() => answers.shift()?.() ?? Promise.resolve('failed'));
    expect(await get(port, '?a')).toMatch(/^HTTP\/1\.1 429 /);
    const failed = await get(port, '?a');
    expect(failed).toMatch(/^HTTP\/1\.1 500 /);
    expect(failed).not.toContain('canary');
    expect(await get(port, '?a')).toMatch(/^HTTP\/1\.1 200 /);
    await close();
  });

  it('may be closed by the one who judges: the page still arrives, and the port is free at once', async () => {
    let close: () => Promise<void> = () => Promise.resolve();
    const listener = await open(async () => {
      await close();
      return 'signed_in';
    });
    close = listener.close;
    const { port } = listener;
    expect(await get(port, '?code=c')).toMatch(/^HTTP\/1\.1 200 /);
    const again = await open(() => Promise.resolve('failed'), `http://localhost:${port}/callback`);
    expect(again.redirectUri).toBe(`http://localhost:${port}/callback`);
    await again.close();
    await listener.close();
  });
});

describe('where a redirect listener listens', () => {
  it('for localhost on both families, each with the very Host of the redirect URI', async () => {
    const { seen, onRedirect } = pendingSignIn();
    const { port, close } = await open(onRedirect);
    expect(await get(port, '?state=right', '', '127.0.0.1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(port, '?state=right', '', '::1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).toHaveLength(2);
    await close();
  });

  it('for 127.0.0.1 and [::1] on that one alone', async () => {
    for (const [host, other] of [
      ['127.0.0.1', '::1'],
      ['[::1]', '127.0.0.1'],
    ] as const) {
      const { port, close } = await open(pendingSignIn().onRedirect, `http://${host}:{port}/callback`);
      const elsewhere = createServer().listen(port, other);
      await once(elsewhere, 'listening');
      elsewhere.close();
      await close();
    }
  });

  it.each(['127.0.0.1', '::1'])('F12: not on a fixed port that is taken on %s', async (host) => {
    const other = createServer().listen(0, host);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const failure = await failureOf(open(pendingSignIn().onRedirect, `http://localhost:${port}/callback`));
    expect(failure).toMatchObject({ name: 'InvalidRequestError', code: 'callback_port_busy' });
    // The family that was free was given back.
    const free = createServer().listen(port, host === '::1' ? '127.0.0.1' : '::1');
    await once(free, 'listening');
    free.close();
    other.close();
  });

  it('nowhere for an address that only a page or a program elsewhere receives', async () => {
    for (const redirectUri of ['https://as.example/code', 'com.example.app:/callback']) {
      const listener = await openRedirectListener({
        redirectUri,
        onRedirect: pendingSignIn().onRedirect,
        log: () => undefined,
      });
      expect(listener.redirectUri).toBe(redirectUri);
      await listener.close();
    }
  });
});
