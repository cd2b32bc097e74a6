import type { ReactNode } from 'react';
import { Button, ErrorBoundary, Notice } from '../controls/index.ts';

interface PlaceBoundaryProps {
  /** What could not be shown: `conversation`, `page`. */
  readonly what: string;
  readonly children: ReactNode;
}

/** A part of the window that fails alone: what stands around it goes on, drafts and running questions among it. */
export function PlaceBoundary({ what, children }: PlaceBoundaryProps) {
  return (
    <ErrorBoundary
      fallback={(again) => (
        <div className="undrawn">
          <Notice
            tone="bad"
            title={`This ${what} could not be shown`}
            actions={
              <>
                <Button size="s" icon="retry" onClick={again}>
                  Try again
                </Button>
                <Button size="s" look="quiet" onClick={() => window.location.reload()}>
                  Reload window
                </Button>
              </>
            }
          >
            <p>Your drafts are kept. Running work continues.</p>
          </Notice>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
