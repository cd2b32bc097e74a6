import type { AgentSql } from '../child/index.ts';

/** Which conversations of Postern's live in the folder of another program's sign-in: id of the credential by conversation. */
export interface ConversationHomes {
  /** Undefined for one in Postern's own folder. */
  of(conversationId: string): string | undefined;
  /** Every credential that has any. */
  credentials(): readonly string[];
  note(conversationId: string, credentialId: string): void;
  forget(conversationId: string): void;
}

/** Kept beside the index, which can be rebuilt: those folders hold the user's own conversations too, and only ours are shown. */
export function conversationHomes(sql: AgentSql): ConversationHomes {
  const of = (conversationId: string): string | undefined => {
    const [row] = sql.all(
      'SELECT credential_id FROM conversation_homes WHERE conversation_id = ?',
      conversationId,
    );
    return row === undefined ? undefined : String(row['credential_id']);
  };
  return {
    of,
    credentials: () =>
      sql
        .all('SELECT DISTINCT credential_id FROM conversation_homes')
        .map((row) => String(row['credential_id'])),
    note(conversationId, credentialId) {
      if (of(conversationId) === credentialId) return;
      sql.run(
        `INSERT INTO conversation_homes (conversation_id, credential_id) VALUES (?, ?)
         ON CONFLICT (conversation_id) DO UPDATE SET credential_id = excluded.credential_id`,
        ...[conversationId, credentialId],
      );
    },
    forget: (conversationId) => {
      sql.run('DELETE FROM conversation_homes WHERE conversation_id = ?', conversationId);
    },
  };
}
