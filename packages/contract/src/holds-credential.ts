/** Keys and tokens of the service, wherever they stand in a text. Source: the prefixes in Anthropic's pages on keys and on sign-ins. */
const credentialShape = /sk-ant-[A-Za-z0-9_-]{6,}/i;

/** Whether a text holds what looks like a credential of the service: texts are kept and shown as they are, and never sealed. */
export function holdsCredential(text: string): boolean {
  return credentialShape.test(text);
}
