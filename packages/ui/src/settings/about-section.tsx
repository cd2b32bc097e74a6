import type { Diagnostics, Health } from '@postern/contract';
import { useState } from 'react';
import { Button, FailureNotice, Notice, type Tone } from '../controls/index.ts';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { sentences } from '../help/index.ts';

interface AboutSectionProps {
  readonly health: Health | null;
  readonly diagnose: () => Promise<Diagnostics>;
}

const tones: Readonly<Record<Diagnostics['findings'][number]['level'], Tone>> = {
  ok: 'good',
  notice: 'note',
  problem: 'bad',
};

/** What this is, what it does with what one tells it, and the doctor's look at the installation. */
export function AboutSection({ health, diagnose }: AboutSectionProps) {
  const [found, setFound] = useState<Diagnostics | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [looking, setLooking] = useState(false);
  const look = () => {
    setLooking(true);
    setFailure(null);
    diagnose()
      .then(setFound, (thrown: unknown) => setFailure(failureOfThrown(thrown)))
      .finally(() => setLooking(false));
  };
  return (
    <>
      <section className="card" aria-labelledby="health-title">
        <h2 id="health-title">Health</h2>
        <p className="soft">
          Checks the sign-in, the storage, the network and the agent, and says what to do.
        </p>
        <div className="row">
          <Button icon="search" busy={looking} onClick={look}>
            Check for problems
          </Button>
        </div>
        {failure === null ? null : <FailureNotice failure={failure} />}
        {found === null ? null : (
          <ul className="stack" aria-label="Findings">
            {found.findings.map((finding) => (
              <li key={`${finding.code}.${finding.text}`}>
                <Notice tone={tones[finding.level]} title={finding.text}>
                  {finding.nextStep === null ? null : <p>{finding.nextStep}</p>}
                </Notice>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="card" aria-labelledby="about-title">
        <h2 id="about-title">Privacy</h2>
        <p>{sentences.privacy}</p>
        <p>{sentences.privacyTraffic}</p>
        <p className="small soft">{sentences.independent}</p>
        <p className="small soft">
          {health === null ? '' : `Postern ${health.version}, ${health.mode}. `}
          <a href="/docs">Local API reference</a>
        </p>
      </section>
    </>
  );
}
