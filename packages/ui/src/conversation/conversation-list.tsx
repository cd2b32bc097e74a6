import { useState } from 'react';
import { Button, HandFocusOn, Icon, IconButton } from '../controls/index.ts';
import { type Failure, timeAgo } from '../format/index.ts';
import type { History } from '../state/history.ts';
import { ConversationDialog } from './conversation-dialog.tsx';
import { Snippet } from './snippet.tsx';

interface ConversationListProps {
  readonly history: History;
  readonly shownId: string | null;
  /** Conversations with a query under way, and those with a question waiting. */
  readonly running: ReadonlySet<string>;
  /** Of those that run: which wait for their turn. */
  readonly waiting: ReadonlySet<string>;
  readonly asking: ReadonlySet<string>;
  readonly nowMs: number;
  readonly hrefOf: (conversationId: string | null) => string;
  readonly onNew: () => void;
  readonly onSearch: (text: string) => void;
  readonly onMore: () => void;
  /** Each gives what went wrong, or null. */
  readonly onRename: (id: string, title: string) => Promise<Failure | null>;
  readonly onDelete: (id: string) => Promise<Failure | null>;
}

/** As the sidecar has it. */
const longestSearch = 200;

/** Takes the focus of a row that goes away. */
const newConversation = 'new-conversation';

/** Earlier conversations, newest first, with a search over them. */
export function ConversationList(props: ConversationListProps) {
  const { history, shownId, running, waiting, asking, nowMs, hrefOf, onNew, onSearch, onMore } = props;
  const { failure } = history;
  const [openId, setOpenId] = useState<string | null>(null);
  const open = history.items.find(({ id }) => id === openId);
  // That the window is not connected is said above, with what helps: asking again does not.
  const canAskAgain = failure !== null && failure.code !== 'unauthorized';
  return (
    <section className="conversation-list" aria-label="Conversations">
      <a
        id={newConversation}
        className="button button-plain button-m new-conversation"
        href={hrefOf(null)}
        onClick={(event) => {
          event.preventDefault();
          onNew();
        }}
      >
        <Icon name="plus" />
        <span>New conversation</span>
      </a>
      <div className="search">
        <Icon name="search" size={16} />
        <input
          type="search"
          aria-label="Search conversations"
          placeholder="Search conversations"
          maxLength={longestSearch}
          value={history.search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      <ul>
        {history.items.map((each) => (
          <li key={each.id} className="conversation-row">
            <HandFocusOn to={newConversation}>
              <a
                className="conversation-link"
                href={hrefOf(each.id)}
                aria-current={each.id === shownId ? 'page' : undefined}
              >
                <span className="conversation-title" title={each.title}>
                  {each.title === '' ? 'Untitled' : each.title}
                </span>
                {each.snippet === undefined ? null : <Snippet snippet={each.snippet} marks={each.marks} />}
                <span className="conversation-when">
                  {asking.has(each.id)
                    ? 'Needs your answer'
                    : running.has(each.id)
                      ? waiting.has(each.id)
                        ? 'Waiting'
                        : 'Answering'
                      : timeAgo(nowMs - Date.parse(each.updatedAt))}
                </span>
              </a>
              <IconButton
                icon="edit"
                label={`Rename or delete “${each.title === '' ? 'Untitled' : each.title}”`}
                onClick={() => setOpenId(each.id)}
              />
            </HandFocusOn>
          </li>
        ))}
      </ul>
      {failure !== null ? (
        canAskAgain ? (
          <p className="small soft list-note">{failure.title}</p>
        ) : null
      ) : history.items.length === 0 && !history.loading ? (
        <p className="small soft list-note">
          {history.search === '' ? 'Your conversations will be listed here.' : 'Nothing found.'}
        </p>
      ) : null}
      {history.reading && history.search !== '' ? (
        <p className="small soft list-note">Older conversations are still being read.</p>
      ) : null}
      {canAskAgain && history.items.length === 0 ? (
        <Button
          look="quiet"
          size="s"
          icon="retry"
          busy={history.loading}
          onClick={() => onSearch(history.search)}
        >
          Try again
        </Button>
      ) : null}
      {history.next === null ? null : (
        <Button look="quiet" size="s" busy={history.loading} onClick={onMore}>
          Show more
        </Button>
      )}
      {open === undefined ? null : (
        <ConversationDialog
          title={open.title}
          running={running.has(open.id)}
          onRename={(title) => props.onRename(open.id, title)}
          onDelete={() => props.onDelete(open.id)}
          onClose={() => setOpenId(null)}
        />
      )}
    </section>
  );
}
