// @vitest-environment happy-dom
import type { Settings } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { credential, settingsWith } from '../../test/support/sample-facts.ts';
import { AttachedFiles } from '../composer/attached-files.tsx';
import { ConversationList } from '../conversation/conversation-list.tsx';
import { QueuedMessageNote } from '../conversation/queued-message-note.tsx';
import { AccountRows } from '../settings/account-rows.tsx';
import { CredentialCards } from '../settings/credential-cards.tsx';
import { CredentialsSection } from '../settings/credentials-section.tsx';
import { accountsOf } from '../state/accounts.ts';
import { noHistory } from '../state/history.ts';

afterEach(cleanup);

const nothing = () => undefined;

/** As by a keyboard: what is pressed has the focus. */
function press(name: string) {
  const button = screen.getByRole('button', { name });
  button.focus();
  fireEvent.click(button);
}

const focused = () =>
  document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent;

describe('a conversation that is deleted', () => {
  function Conversations() {
    const both = ['Plans', 'Notes'].map((title) => ({
      ...{ id: title, title, workspace: null, updatedAt: '1970-01-01T00:00:00.000Z' },
    }));
    const [items, setItems] = useState(both);
    return (
      <ConversationList
        history={{ ...noHistory, items }}
        shownId={null}
        {...{ running: new Set<string>(), waiting: new Set<string>(), asking: new Set<string>(), nowMs: 0 }}
        {...{ hrefOf: () => '#', onNew: nothing, onSearch: nothing, onMore: nothing }}
        onRename={async () => null}
        onDelete={async (id) => {
          setItems((before) => before.filter((each) => each.id !== id));
          return null;
        }}
      />
    );
  }

  it('is asked about in a dialog of its own, and leaves the focus in the list', async () => {
    render(<Conversations />);
    press('Rename or delete “Plans”');
    const first = screen.getByRole('dialog', { name: 'Conversation' });
    press('Delete…');
    expect(screen.getByRole('dialog', { name: 'Delete this conversation?' })).not.toBe(first);
    press('Delete');
    await settled();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.queryByText('Plans')).toBeNull();
    expect(focused()).toBe('New conversation');
  });

  it('gives the focus back to its row where it is kept', () => {
    render(<Conversations />);
    press('Rename or delete “Plans”');
    press('Delete…');
    press('Cancel');
    expect(focused()).toBe('Rename or delete “Plans”');
  });
});

describe('an account that is removed', () => {
  it.each(['with its dialog', 'after its dialog'])('leaves the focus in its section: %s', async (when) => {
    const all = [credential('oauth'), credential('oauth', { id: 'oauth:work', label: 'Work' })];
    let removeRow: () => void = nothing;
    function Section() {
      const [shown, setShown] = useState(all);
      removeRow = () => void setShown(all.slice(0, 1));
      return (
        <CredentialsSection
          settings={settingsWith({ accounts: [] })}
          credentials={shown}
          {...{ activeId: null, nowMs: 0, onOrder: nothing, onSignIn: nothing }}
          actions={{
            ...{ look: async () => ({ email: null, organization: null, alsoEnds: null }) },
            ...{ rename: async () => {}, reorder: async () => {}, addSignIn: async () => '' },
            ...{ addKey: async () => {}, refresh: async () => {}, signOut: async () => {} },
            remove: async () => {
              if (when === 'with its dialog') removeRow();
            },
          }}
        />
      );
    }
    render(<Section />);
    press('Manage Work');
    press('Remove…');
    press('Remove');
    await settled();
    expect(screen.queryByRole('dialog')).toBeNull();
    removeRow();
    await settled();
    expect(screen.queryByText('Work')).toBeNull();
    expect(document.activeElement?.id).toBe('order-title');
  });
});

describe('a button that moves its row', () => {
  function Cards() {
    const [order, setOrder] = useState<Settings['credentialOrder']>(settingsWith({}).credentialOrder);
    const texts = { payerOf: () => 'you', stateOf: () => null, accountsOf: () => null };
    return <CredentialCards order={order} onOrder={(next) => setOrder([...next])} {...texts} />;
  }

  it('keeps the focus among accounts', async () => {
    const both = [credential('oauth'), credential('oauth', { id: 'oauth:work', label: 'Work' })];
    function Rows() {
      const [accounts, setAccounts] = useState(accountsOf('oauth', both, settingsWith({})));
      return (
        <AccountRows
          {...{ accounts, activeId: null, nowMs: 0, onManage: nothing }}
          onMove={() => setAccounts((before) => before.toReversed())}
        />
      );
    }
    render(<Rows />);
    press('Try Work earlier');
    expect(screen.getAllByRole('listitem')[0]?.textContent).toContain('Work');
    expect(focused()).toBe('Try Work earlier');
  });

  it('has the focus at the ends too, and does nothing there', () => {
    render(<Cards />);
    const labels = () => screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    const [first] = labels();
    const [, second] = screen.getAllByRole('button', { name: /^Move .* up$/ });
    const name = second?.getAttribute('aria-label') ?? '';
    press(name);
    expect(labels()[1]).toContain(first?.slice(1));
    expect(focused()).toBe(name);
    const order = labels();
    press(name);
    expect(labels()).toEqual(order);
    expect(screen.getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true');
  });
});

describe('what goes away beside the prompt', () => {
  it('leaves the focus in the prompt: a queued message', () => {
    const queued = { prompt: 'And then', workspace: null, model: null, files: [], mayBeCommand: false };
    function Queue() {
      const [message, setMessage] = useState<typeof queued | null>(queued);
      return (
        <>
          <QueuedMessageNote
            queued={message === null ? null : { ...message, isHeld: false }}
            {...{ onSend: nothing, onEdit: nothing, onRemove: () => setMessage(null) }}
          />
          <textarea id="prompt" />
        </>
      );
    }
    render(<Queue />);
    press('Remove');
    expect(document.activeElement?.id).toBe('prompt');
  });

  it('leaves the focus in the prompt: an attached file, and a message about one', () => {
    function Files() {
      const [files, setFiles] = useState(['/a.txt']);
      const failure = { code: 'file_too_large', title: 'Too large', nextStep: '', detail: null };
      const failed = { key: 7, owner: 'one', name: 'b.txt', failure: { ...failure, retryable: false } };
      const [waiting, setWaiting] = useState([failed]);
      return (
        <>
          <AttachedFiles
            {...{ files, waiting, shown: new Map() }}
            onRemove={() => setFiles([])}
            onDismiss={() => setWaiting([])}
          />
          <textarea id="prompt" />
        </>
      );
    }
    render(<Files />);
    press('Remove /a.txt');
    expect(document.activeElement?.id).toBe('prompt');
    press('Dismiss the message about b.txt');
    expect(document.activeElement?.id).toBe('prompt');
  });
});
