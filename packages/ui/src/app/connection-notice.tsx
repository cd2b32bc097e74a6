import { errorTable } from '@postern/contract';
import { Notice } from '../controls/index.ts';
import { assertNever } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import type { Connection } from '../state/connection.ts';

interface ConnectionNoticeProps {
  readonly connection: Connection;
}

/** Says when this window and Postern have lost each other, what is kept, and what to do. */
export function ConnectionNotice({ connection }: ConnectionNoticeProps) {
  switch (connection.state) {
    case 'starting':
    case 'connected':
      return null;
    case 'reconnecting':
      return (
        <Notice tone="warn" title="Postern is not responding. Reconnecting…">
          <p>
            {sentences.draftKept} If you stopped it, start it with <code>postern start</code>, then run{' '}
            <code>postern open</code>.
          </p>
        </Notice>
      );
    case 'unauthorized':
      return (
        <Notice tone="bad" title={errorTable.unauthorized.title}>
          <p>
            Postern was started again, or the address was used before. {sentences.draftKept} Run{' '}
            <code>postern open</code> to get a new window.
          </p>
        </Notice>
      );
    default:
      return assertNever(connection);
  }
}
