import type { PosternClient } from '@postern/client';
import type { AuthStatus } from '@postern/contract';
import { useState } from 'react';
import { Button, Countdown, FailureNotice, HandFocusOn, IconButton } from '../controls/index.ts';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { movesFor, type Outcome, type PostSandbox, type SandboxMove } from './sandbox-actions.ts';

interface TryItPanelProps {
  readonly post: PostSandbox;
  readonly client: PosternClient;
  readonly billing: AuthStatus['billing'];
  readonly onClose: () => void;
}

/** Makes trouble in the sandbox, to watch what Postern does about it. */
export function TryItPanel({ post, client, billing, onClose }: TryItPanelProps) {
  const [doing, setDoing] = useState<string | null>(null);
  const [said, setSaid] = useState<Outcome>({
    text: 'Cause a problem and see how Postern handles it. No real account is involved.',
    backAt: null,
  });
  const [failure, setFailure] = useState<Failure | null>(null);
  const make = (move: SandboxMove) => {
    setDoing(move.name);
    setFailure(null);
    move
      .act(post, client)
      .then(
        (outcome) => {
          const { text, backAt } = outcome ?? { text: move.text, backAt: null };
          setSaid({ text: `Done. ${text}`, backAt });
        },
        (thrown: unknown) => setFailure(failureOfThrown(thrown)),
      )
      .finally(() => setDoing(null));
  };
  return (
    <section className="try-it" aria-label="Try it">
      <div className="try-it-head">
        <h2>Try it</h2>
        <HandFocusOn to="try-it-toggle">
          <IconButton icon="close" label="Close Try it" onClick={onClose} />
        </HandFocusOn>
      </div>
      <div className="row">
        {movesFor(billing).map((move) => (
          <Button
            key={move.name}
            size="s"
            busy={doing === move.name}
            title={move.text}
            onClick={() => make(move)}
          >
            {move.name}
          </Button>
        ))}
      </div>
      <p className="small soft" aria-live="polite">
        {said.text}
      </p>
      {said.backAt === null ? null : (
        <p className="small soft">
          This lasts another <Countdown until={said.backAt} />.
        </p>
      )}
      {failure === null ? null : <FailureNotice failure={failure} />}
    </section>
  );
}
