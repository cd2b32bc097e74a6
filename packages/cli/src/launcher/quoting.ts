/** True where a text can stand in a launcher's files: a control character, such as a line feed, cannot be quoted in all of them. */
export function canBeQuoted(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** One word for `sh`, whatever is in it. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * One argument of an `Exec` key. Source: Desktop Entry Specification 1.5, "The Exec key": in double quotes, with `"`, `` ` ``, `$` and `\`
 * escaped and `%` doubled; then "Possible value types": every backslash is escaped once more.
 */
export function execArgument(text: string): string {
  const quoted = `"${text.replaceAll(/["`$\\]/g, String.raw`\$&`)}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%');
}

/** Text of an XML element. */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One literal of PowerShell. Source: about_Quoting_Rules, PowerShell 5.1: typographic quotes end a string as well. */
export function powerShellText(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/**
 * One argument as programs of Windows take a command line apart. Source: Microsoft C runtime, "Parsing C command-line arguments":
 * backslashes count only before a quote.
 */
export function windowsArgument(text: string): string {
  return `"${text.replaceAll(/(\\*)("|$)/g, (_all, slashes: string, quote: string) => slashes + slashes + (quote === '' ? '' : String.raw`\"`))}"`;
}
