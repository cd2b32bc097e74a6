/** What a secret looks like when it stands in free text: vendor tokens, bearer headers, JWTs, OAuth parameters. */
const shapes: readonly RegExp[] = [
  /\bsk-ant-[A-Za-z0-9_-]{6,}/g,
  /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(access_token|refresh_token|code_verifier|code|ticket|api_?key|client_secret|password)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]{4,}/gi,
];

/** Free text with everything that looks like a secret replaced. For logs, error causes and child processes' output. */
export function redactText(text: string): string {
  let clean = text;
  for (const shape of shapes) {
    clean = clean.replace(shape, (match: string, name?: string, separator?: string) =>
      typeof separator === 'string' && typeof name === 'string'
        ? `${name}${separator}[redacted]`
        : redactWhole(match),
    );
  }
  return clean;
}

function redactWhole(match: string): string {
  const scheme = /^(bearer|basic)\s/i.exec(match);
  return scheme === null ? '[redacted]' : `${scheme[1] ?? ''} [redacted]`;
}
