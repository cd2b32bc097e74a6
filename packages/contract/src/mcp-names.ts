/**
 * Names and values around MCP servers, without a schema: the window checks what is typed with them.
 */

/** A server’s name: part of its tools’ names (`mcp__<server>__<tool>`), where two underscores would end it. */
const serverName = /^[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_))*$/;
const longestName = 64;

/** Whether a server may be called that: 1 to 64 letters, digits, `-` and single `_`, the last of which is no `_`. */
export function isMcpServerName(name: string): boolean {
  return name.length <= longestName && serverName.test(name) && !name.endsWith('_');
}

/** Whether a sealed secret may be called that: 1 to 64 letters, digits, `.`, `-` and `_`. */
export function isMcpSecretName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}

/** Whether a value under this name, of a variable or a header, is probably a secret. */
export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|COOKIE/i.test(name);
}

/** Whether a variable of this name would decide how Claude or Postern authenticates, or where it sends requests. */
export function isReservedVariable(name: string): boolean {
  return /^(?:ANTHROPIC|CLAUDE|POSTERN)(?:_|$)|^CLAUDECODE$/i.test(name);
}

/** Whether an address holds a user or a password: it is kept, shown and logged as it is. */
export function holdsPassword(url: string): boolean {
  return /^https?:[\\/]*[^\\/?#]*@/i.test(url.trim());
}

/** Tokens that are known by their shape: Anthropic, GitHub, GitLab, Slack, AWS, Google, a JWT. Source: each vendor's page on its token formats. */
const tokenShapes =
  /sk-[A-Za-z0-9_-]{16,}|gh[a-z]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]+\./;
/** `--api-key=…`, `TOKEN=…`, `Authorization: Bearer …`; a value that is a reference or a path of a file is none. */
const namedSecret =
  /(?:api[_-]?key|access[_-]?key|token|secret|passw(?:or)?d|passphrase)["']?\s*[=:]\s*["']?(?![$./~{])[^\s"']{4,}|\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/i;
const secretOption =
  /^--?(?:[a-z0-9]+[_-])*(?:api[_-]?key|access[_-]?key|token|secret|passw(?:or)?d|passphrase)$/i;

/**
 * Whether arguments of a program hold what is probably a secret: other users of the computer can read them, and settings keep them as they are.
 * Its form may be a vendor's, or the option before it says so. Pure.
 */
export function holdSecret(args: readonly string[]): boolean {
  return args.some((arg, index) => {
    if (
      tokenShapes.test(arg) ||
      namedSecret.test(arg) ||
      /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*:[^\s/?#]+@/i.test(arg)
    )
      return true;
    const before = args[index - 1];
    return before !== undefined && secretOption.test(before) && /^[^-$./~{].{3,}/.test(arg);
  });
}

/** A server as it is written in `.mcp.json`, with the secrets in it taken out. */
export interface McpServerWithoutSecrets {
  readonly server: Readonly<Record<string, unknown>>;
  /** What is to be sealed, by the name under which the server refers to it. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Takes the values out of a server’s `env` and `headers` that are probably secrets, and puts references in their place. What is no text is
 * left for the schema to refuse. Pure.
 * @param server as it is written in `.mcp.json`
 */
export function takeSecretsOut(
  name: string,
  server: Readonly<Record<string, unknown>>,
): McpServerWithoutSecrets {
  const secrets: Record<string, string> = {};
  const taken = (values: unknown): unknown => {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return values;
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        if (typeof value !== 'string' || value === '' || !isSecretName(key)) return [key, value];
        const secret = secretNameOf(name, key);
        secrets[secret] = value;
        return [key, { secret }];
      }),
    );
  };
  const without = Object.entries(server).map(([key, value]) => [
    key,
    key === 'env' || key === 'headers' ? taken(value) : value,
  ]);
  return { server: Object.fromEntries(without), secrets };
}

/** Which server’s and which value’s it is. Where that is too long, the server’s part is cut, and a checksum of all of it keeps names apart. */
function secretNameOf(name: string, key: string): string {
  const whole = `${name}.${key}`;
  if (whole.length <= longestName) return whole;
  const end = `-${checksum(whole)}.${key}`;
  // A name begins with a part of the server’s, so a very long key is cut as well.
  const fits = end.length < longestName;
  return fits
    ? `${name.slice(0, longestName - end.length)}${end}`
    : `${whole.slice(0, longestName - checksumLength - 1)}-${checksum(whole)}`;
}

const checksumLength = 8;

/** FNV-1a, 32 bits, in hexadecimal: the window has no hash that gives its result at once. */
function checksum(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01_00_01_93);
  return (hash >>> 0).toString(16).padStart(checksumLength, '0');
}
