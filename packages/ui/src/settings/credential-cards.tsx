import type { CredentialKind } from '@postern/contract';
import { type ReactNode, useRef, useState } from 'react';
import { HelpTip, Icon, IconButton, useFocusThroughMoves } from '../controls/index.ts';
import { kindName, kindNames } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { moved } from './credential-order.ts';
import { kindFacts } from './credential-wording.ts';

interface CredentialCardsProps {
  readonly order: readonly CredentialKind[];
  /** Who pays with a kind, in words. */
  readonly payerOf: (kind: CredentialKind) => string;
  readonly onOrder: (order: readonly CredentialKind[]) => void;
  /** How a kind stands, beside its name. */
  readonly stateOf: (kind: CredentialKind) => ReactNode;
  /** Its accounts, and what can be done with them. */
  readonly accountsOf: (kind: CredentialKind) => ReactNode;
}

/** Every way to pay as a card, in the order they are tried; moved by dragging, or with the buttons. */
export function CredentialCards(props: CredentialCardsProps) {
  const { order, payerOf, onOrder, stateOf, accountsOf } = props;
  const [dragged, setDragged] = useState<CredentialKind | null>(null);
  const [over, setOver] = useState<CredentialKind | null>(null);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const noteButton = useFocusThroughMoves(order.join(' '));
  const move = (kind: CredentialKind, to: number) => {
    onOrder(moved(order, kind, to));
    setSaid(`${kindNames[kind]} is now ${to + 1} of ${order.length}.`);
  };
  const drop = (target: CredentialKind) => {
    if (dragged !== null && dragged !== target) move(dragged, order.indexOf(target));
    setDragged(null);
    setOver(null);
  };
  return (
    <section className="section" aria-labelledby="order-title">
      <h2 id="order-title" tabIndex={-1}>
        Payment order <HelpTip topic="order and fallback" about={['fallback', 'privacy']} />
      </h2>
      <p className="soft">{sentences.fallback}</p>
      <ol className="credential-cards" ref={list}>
        {order.map((kind, index) => (
          <li
            key={kind}
            className={`card credential-card${over === kind ? ' credential-over' : ''}${dragged === kind ? ' credential-dragged' : ''}`}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', kindNames[kind]);
              setDragged(kind);
            }}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(kind);
            }}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
            onDrop={(event) => {
              event.preventDefault();
              drop(kind);
            }}
          >
            <span className="credential-grip" aria-hidden="true">
              <Icon name="grip" />
            </span>
            <div className="credential-body">
              <div className="credential-head">
                <h3>
                  <span className="credential-place tabular">{index + 1}</span>
                  <Icon name={kindFacts[kind].icon} />
                  {kindName({ kind, payer: payerOf(kind) })}
                </h3>
                {stateOf(kind)}
              </div>
              {accountsOf(kind)}
              <details className="fold credential-about">
                <summary>Paid by {payerOf(kind)}</summary>
                <p className="small soft">{kindFacts[kind].text}</p>
                <p className="small soft">{kindFacts[kind].permission}</p>
              </details>
            </div>
            <div className="credential-move">
              <IconButton
                icon="up"
                label={`Move ${kindNames[kind]} up`}
                aria-disabled={index === 0}
                onClick={({ currentTarget }) => {
                  noteButton(currentTarget);
                  move(kind, index - 1);
                }}
              />
              <IconButton
                icon="down"
                label={`Move ${kindNames[kind]} down`}
                aria-disabled={index === order.length - 1}
                onClick={({ currentTarget }) => {
                  noteButton(currentTarget);
                  move(kind, index + 1);
                }}
              />
            </div>
          </li>
        ))}
      </ol>
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
    </section>
  );
}
