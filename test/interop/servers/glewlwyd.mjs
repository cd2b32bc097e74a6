// glewlwyd of Debian: a database in a folder of its own, one public client by its administration API, its OpenID Connect plugin as the
// administration page proposes it, with PKCE and revocation switched on.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freePort, origin, person, redirectUri, tellReady, untilListening } from './serve.mjs';

const clientId = 'postern';
const root = mkdtempSync(join(tmpdir(), 'postern-glewlwyd-'));
const database = join(root, 'glewlwyd.db');
const sql = (text) =>
  execFileSync('sqlite3', [database], { input: text, stdio: ['pipe', 'pipe', 'inherit'] });
sql(gunzipSync(readFileSync('/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz')));

const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const file = join(root, 'glewlwyd.conf');
writeFileSync(
  file,
  readFileSync('/etc/glewlwyd/glewlwyd.conf', 'utf8')
    .replace(/^port=.*$/m, `port=${port}\nbind_address="127.0.0.1"`)
    .replace(/^external_url=.*$/m, `external_url="${origin}/"`)
    .replace(/^log_mode=.*$/m, 'log_mode="console"')
    .replace(/^log_level=.*$/m, 'log_level="WARNING"')
    .replace(/^@include .*$/m, `database =\n{\n  type = "sqlite3"\n  path = "${database}"\n}`),
);
const child = spawn('glewlwyd', ['--config-file', file], { stdio: ['ignore', 'inherit', 'inherit'] });
process.once('exit', () => {
  child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});
process.once('SIGTERM', () => process.exit());
child.once('exit', () => process.exit(1));
await untilListening(port);

let cookie = '';
async function administer(path, json) {
  const response = await fetch(`${address}/api${path}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const fresh = response.headers.getSetCookie()[0];
  if (fresh !== undefined) cookie = fresh.split(';')[0];
}

const pem = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
const key = join(root, 'key.pem');
writeFileSync(key, pem('genrsa', '2048'));
await administer('/auth', { username: 'admin', password: 'password' });
await administer('/user', {
  ...{ username: 'ada', name: person.name, email: person.email, password: person.password, enabled: true },
  scope: ['g_profile', 'openid'],
});
await administer('/client', {
  ...{ client_id: clientId, name: 'Postern', enabled: true, confidential: false, scope: [] },
  redirect_uri: [redirectUri],
  authorization_type: ['code', 'refresh_token'],
  token_endpoint_auth_method: ['none'],
});
await administer('/mod/plugin', {
  module: 'oidc',
  name: 'oidc',
  display_name: 'OpenID Connect',
  order_rank: 0,
  parameters: {
    iss: `${origin}/api/oidc`,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: readFileSync(key, 'utf8'),
    cert: pem('rsa', '-in', key, '-pubout'),
    'access-token-duration': 3600,
    'refresh-token-duration': 1_209_600,
    'code-duration': 600,
    'refresh-token-rolling': true,
    'refresh-token-one-use': 'always',
    'allow-non-oidc': false,
    'auth-type-code-enabled': true,
    'auth-type-refresh-enabled': true,
    'jwks-show': true,
    'subject-type': 'public',
    'name-claim': 'mandatory',
    'email-claim': 'mandatory',
    'allowed-scope': ['openid'],
    'pkce-allowed': true,
    'pkce-required-public-client': true,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
  },
});
tellReady({ port, clientId }, () => {
  sql('UPDATE gpo_refresh_token SET gpor_enabled = 0; UPDATE gpo_access_token SET gpoa_enabled = 0;');
});
