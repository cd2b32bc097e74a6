/** Names of sealed records; part of what each is bound to. */
export type RecordName = 'sign_in' | 'pending_sign_in' | 'api_key' | 'mcp_secret' | 'mcp_sign_in';

/** How one kind of record becomes text and comes back. */
export interface Codec<T> {
  readonly name: RecordName;
  /** Sealed with every record; a format that is not this one counts as damaged. */
  readonly format: number;
  toText(value: T): string;
  /** @throws Error where the text is not what `toText` gives */
  fromText(text: string): T;
}
