/** Goes up with every change of the tables or of what is read off a line: the index is then rebuilt from the files. */
export const historyVersion = 6;

/**
 * The index of conversations.
 *
 * `conversations`: one row each. `home` is the credential in whose folder it lives, empty for Postern's own. `read_bytes` of its file are in the
 * index, the last of them known by `mark`. A row that is `gone` waits for its text to be removed.
 * `unfinished`: nothing in the file ends the answer to the last prompt.
 * `conversation_lines`: each line that shows something: number of its first item, and where it stands. A page of a conversation is read by it.
 * A row with a `gap` is one item that says what is missing there.
 * `said`: the words, for search. A row holds what was said in one go, with `owner` to find a conversation's own (it
 * stands first, so that it is read without the long text behind it); a later row was said later. Writing a row merges nothing of what was
 * written before: now and then that would be all of it, in one statement. See `HistoryRows.mergeSome`.
 * Source: https://www.sqlite.org/fts5.html#the_automerge_configuration_option
 */
export const historySchema = `
  CREATE TABLE conversations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    home TEXT NOT NULL,
    id TEXT NOT NULL,
    file TEXT,
    workspace TEXT,
    title TEXT,
    custom_title TEXT,
    title_row INTEGER,
    updated_at_ms INTEGER NOT NULL,
    stamp TEXT,
    inode TEXT,
    read_bytes INTEGER NOT NULL DEFAULT 0,
    mark TEXT NOT NULL DEFAULT '',
    items INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    damaged_lines INTEGER NOT NULL DEFAULT 0,
    last_prompt TEXT,
    unfinished INTEGER NOT NULL DEFAULT 0,
    listed INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX conversations_by_id ON conversations (id, home) WHERE gone = 0;
  CREATE INDEX conversations_by_time ON conversations (updated_at_ms DESC, id) WHERE listed = 1;
  CREATE INDEX conversations_gone ON conversations (number) WHERE gone = 1;

  CREATE TABLE conversation_lines (
    conversation INTEGER NOT NULL,
    item INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    gap TEXT,
    PRIMARY KEY (conversation, item)
  ) STRICT, WITHOUT ROWID;

  CREATE VIRTUAL TABLE said USING fts5(owner, text, tokenize = 'unicode61 remove_diacritics 2');
  INSERT INTO said (said, rank) VALUES ('secure-delete', 1), ('automerge', 0), ('crisismerge', 64);
`;
