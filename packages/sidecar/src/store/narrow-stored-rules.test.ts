import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { migrations } from './migrations.ts';
import { narrowStoredRules } from './narrow-stored-rules.ts';

/** A database of the first version with these settings. */
function databaseWith(settings: string): DatabaseSync {
  const connection = new DatabaseSync(':memory:');
  connection.exec(migrations[0]?.sql ?? '');
  connection.prepare("INSERT INTO documents (name, json) VALUES ('settings', ?)").run(settings);
  return connection;
}

function after(settings: unknown): { readonly settings: unknown; readonly timeline: unknown[] } {
  const connection = databaseWith(JSON.stringify(settings));
  narrowStoredRules(connection);
  const row = connection.prepare("SELECT json FROM documents WHERE name = 'settings'").get();
  return {
    settings: JSON.parse(String(row?.['json'])),
    timeline: connection
      .prepare('SELECT type, text FROM timeline')
      .all()
      .map((entry) => ({ ...entry })),
  };
}

describe('permissions that an earlier version remembered by name', () => {
  it('hold inside their folder, or are asked for again, and the person is told', () => {
    expect(
      after({ theme: 'dark', alwaysAllow: { '/w': ['Write', 'Bash', 'WebFetch'], '/x': ['Bash'] } }),
    ).toEqual({
      settings: {
        theme: 'dark',
        alwaysAllow: { '/w': ['Write(/w/**)'] },
        narrowedRules: { narrowed: 1, dropped: 3 },
      },
      timeline: [
        {
          type: 'permissions_narrowed',
          text: 'Remembered permissions were made narrower: 1 now hold for the files of their folder only, 3 are asked for again.',
        },
      ],
    });
  });

  it.each([{ theme: 'dark' }, { alwaysAllow: {} }, { alwaysAllow: { '/w': ['mcp__a__b'] } }])(
    '%j stays as it is',
    (settings) => {
      expect(after(settings)).toEqual({ settings, timeline: [] });
    },
  );

  it.each(['no JSON', '[]', 'null', '{"alwaysAllow":7}', '{"alwaysAllow":{"/w":"Bash"}}'])(
    '%s is left alone',
    (json) => {
      const connection = databaseWith(json);
      narrowStoredRules(connection);
      expect(connection.prepare('SELECT json FROM documents').get()?.['json']).toBe(json);
    },
  );
});
