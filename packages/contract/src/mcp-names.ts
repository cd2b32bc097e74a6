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
        const secret = `${name}.${key}`.slice(0, longestName);
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
