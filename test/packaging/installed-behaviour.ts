import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Diagnostics } from '@postern/contract';
import { expect } from 'vitest';
import { selfSigned } from '../../packages/sidecar/test/support/oauth/self-signed.ts';
import { startSecretService } from '../../packages/sidecar/test/support/store/fake-secret-service.ts';
import type { InstalledProgram, TestPlace } from './installed-program.ts';

/** With a real Secret Service on its bus, the program's native library finds it. */
export async function keepsItsKeyInTheKeychain(program: InstalledProgram, place: TestPlace): Promise<void> {
  const socket = join(place.path, 'bus');
  const service = await startSecretService(socket, join(place.path, 'keyring'));
  try {
    const found = await findings(program, { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` });
    expect(found).toContainEqual(expect.objectContaining({ code: 'store_os_keychain', level: 'ok' }));
  } finally {
    await service.stop();
  }
}

/**
 * A server whose certificate only the system's store vouches for, as that of a company's proxy: trusted, so that all there is left to
 * say is that it is for another name.
 */
export async function trustsTheSystemsCertificates(
  program: InstalledProgram,
  place: TestPlace,
): Promise<void> {
  const { key, cert } = selfSigned();
  const store = join(place.path, 'system-certificates.pem');
  writeFileSync(store, cert);
  const server = createServer({ key, cert }, (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const variables = { POSTERN_API_BASE_URL: `https://127.0.0.1:${port}` };
    expect(await tlsFault(program, variables)).toMatch(/SELF_SIGNED/);
    expect(await tlsFault(program, { ...variables, SSL_CERT_FILE: store })).toMatch(/ALTNAME/);
  } finally {
    server.close();
  }
}

async function tlsFault(
  program: InstalledProgram,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  return (await findings(program, variables)).find(({ code }) => code === 'tls_untrusted')?.text ?? '';
}

async function findings(
  program: InstalledProgram,
  variables: Readonly<Record<string, string>>,
): Promise<Diagnostics['findings']> {
  const { stdout, stderr } = await program.run(['doctor', '--live', '--json'], { variables });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as Diagnostics).findings;
}
