// LemonLDAP::NG of Debian: its portal as a PSGI application, the demo accounts, and one public client by "OpenID Connect service".
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, origin, redirectUri, tellReady, untilListening } from './serve.mjs';

const clientId = 'postern';
const root = mkdtempSync(join(tmpdir(), 'postern-lemonldap-'));
for (const folder of ['conf', 'sessions/lock', 'psessions/lock', 'cache'])
  mkdirSync(join(root, folder), { recursive: true });

const pem = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
const privateKey = join(root, 'key.pem');
writeFileSync(privateKey, pem('genrsa', '2048'));

const configuration = JSON.parse(readFileSync('/var/lib/lemonldap-ng/conf/lmConf-1.json', 'utf8'));
Object.assign(configuration, {
  portal: `${origin}/`,
  domain: '127.0.0.1',
  globalStorageOptions: {
    ...configuration.globalStorageOptions,
    Directory: join(root, 'sessions'),
    LockDirectory: join(root, 'sessions/lock'),
  },
  persistentStorageOptions: {
    Directory: join(root, 'psessions'),
    LockDirectory: join(root, 'psessions/lock'),
  },
  localSessionStorage: '',
  localSessionStorageOptions: {},
  notification: 0,
  portalDisplayRegister: 0,
  portalDisplayResetPassword: 0,
  issuerDBOpenIDConnectActivation: 1,
  oidcServicePrivateKeySig: readFileSync(privateKey, 'utf8'),
  oidcServicePublicKeySig: pem('rsa', '-in', privateKey, '-pubout'),
  oidcServiceKeyIdSig: 'key-1',
  oidcServiceAllowOffline: 1,
  oidcRPMetaDataOptions: {
    postern: {
      oidcRPMetaDataOptionsClientID: clientId,
      oidcRPMetaDataOptionsPublic: 1,
      oidcRPMetaDataOptionsRequirePKCE: 1,
      oidcRPMetaDataOptionsRedirectUris: redirectUri,
      oidcRPMetaDataOptionsAllowOffline: 1,
      oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
    },
  },
  oidcRPMetaDataExportedVars: { postern: { email: 'mail', name: 'cn' } },
});
writeFileSync(join(root, 'conf/lmConf-1.json'), JSON.stringify(configuration));
writeFileSync(
  join(root, 'lemonldap-ng.ini'),
  `[all]
logLevel = warn
[configuration]
type = File
dirName = ${root}/conf
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
`,
);

const port = await freePort();
const app = '/usr/share/lemonldap-ng/portal/htdocs/index.psgi';
const child = spawn(
  'plackup',
  ['--host', '127.0.0.1', '--port', String(port), '--env', 'deployment', '--no-default-middleware', app],
  {
    env: { ...process.env, LLNG_DEFAULTCONFFILE: join(root, 'lemonldap-ng.ini') },
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
process.once('exit', () => {
  child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});
process.once('SIGTERM', () => process.exit());
child.once('exit', () => process.exit(1));
await untilListening(port);
tellReady({ port, clientId }, () => {
  execFileSync('find', [join(root, 'sessions'), '-type', 'f', '-delete']);
});
