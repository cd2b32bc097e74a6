import type { SQLOutputValue } from 'node:sqlite';
import type { Database } from './database.ts';
import type { Sql, SqlValue } from './store.ts';

/** The narrow SQL port of the modules that own tables. */
export function createSql(database: Database): Sql {
  return {
    all(statement, ...parameters) {
      const run = () =>
        database
          .statement(statement)
          .all(...parameters)
          .map(plainRow);
      return statement.startsWith('SELECT ') ? database.look(run) : database.now(run);
    },
    run(statement, ...parameters) {
      const { changes, lastInsertRowid } = database.now(() =>
        database.statement(statement).run(...parameters),
      );
      return { changes: Number(changes), lastId: Number(lastInsertRowid) };
    },
    transaction: (work) => database.writeNow(work),
    quickTransaction: (work, isUrgent) => database.writeQuickly(work, isUrgent),
  };
}

function plainRow(row: Record<string, SQLOutputValue>): Record<string, SqlValue> {
  const plain: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(row)) {
    if (value !== null && typeof value !== 'string' && typeof value !== 'number')
      throw new TypeError(`column ${column} is neither text nor a number`);
    plain[column] = value;
  }
  return plain;
}
