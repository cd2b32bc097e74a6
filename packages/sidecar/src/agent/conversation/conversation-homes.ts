import type { AgentSql } from '../child/index.ts';

/** Which conversations of Postern's live in the folder of another program's sign-in: id of the credential by conversation. */
export interface ConversationHomes {
  /** Undefined for one in Postern's own folder. */
  of(conversationId: string): string | undefined;
  /** Every credential that has any. */
  credentials(): readonly string[];
  /** Known from now on, also where it is not written yet. @throws StoreError where it is to be noted again */
  note(conversationId: string, credentialId: string): void;
  forget(conversationId: string): void;
}

/** Kept beside the index, which can be rebuilt: those folders hold the user's own conversations too, and only ours are shown. */
export function conversationHomes(sql: AgentSql): ConversationHomes {
  const unwritten = new Map<string, string>();
  const of = (conversationId: string): string | undefined => {
    const known = unwritten.get(conversationId);
    if (known !== undefined) return known;
    const [row] = sql.all(
      'SELECT credential_id FROM conversation_homes WHERE conversation_id = ?',
      conversationId,
    );
    return row === undefined ? undefined : String(row['credential_id']);
  };
  return {
    of,
    credentials() {
      const rows = sql.all('SELECT DISTINCT credential_id FROM conversation_homes');
      return [...new Set([...rows.map((row) => String(row['credential_id'])), ...unwritten.values()])];
    },
    note(conversationId, credentialId) {
      if (!unwritten.has(conversationId) && of(conversationId) === credentialId) return;
      unwritten.set(conversationId, credentialId);
      sql.run(
        `INSERT INTO conversation_homes (conversation_id, credential_id) VALUES (?, ?)
         ON CONFLICT (conversation_id) DO UPDATE SET credential_id = excluded.credential_id`,
        ...[conversationId, credentialId],
      );
      unwritten.delete(conversationId);
    },
    forget: (conversationId) => {
      unwritten.delete(conversationId);
      sql.run('DELETE FROM conversation_homes WHERE conversation_id = ?', conversationId);
    },
  };
}
