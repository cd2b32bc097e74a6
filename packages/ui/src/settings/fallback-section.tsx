import type { FallbackPolicy, Settings } from '@postern/contract';
import { useState } from 'react';
import { Choice, HelpTip } from '../controls/index.ts';
import { dollars } from '../format/index.ts';
import { sentences } from '../help/index.ts';

interface FallbackSectionProps {
  readonly fallback: Settings['fallback'];
  readonly onChange: (patch: Partial<FallbackPolicy>) => void;
}

/** When another credential may take over, and up to how much: sentences that can be read aloud. */
export function FallbackSection({ fallback, onChange }: FallbackSectionProps) {
  return (
    <section className="card" aria-labelledby="fallback-title">
      <h2 id="fallback-title">
        When one cannot be used{' '}
        <HelpTip topic="fallback" about={['fallback', 'fallbackCap', 'fallbackCovered']} />
      </h2>
      <Choice
        legend="If a sign-in fails or is refused,"
        value={fallback.onAuthFailure}
        options={[
          { value: 'allow', label: 'use the next one and tell me.' },
          { value: 'ask', label: 'ask me each time before the next one is used.' },
          { value: 'never', label: 'stop and tell me; never use another.' },
        ]}
        onChange={(onAuthFailure) => onChange({ onAuthFailure })}
      />
      <Choice
        legend="If a plan’s usage limit is reached,"
        value={fallback.onUsageLimit}
        options={[
          { value: 'allow', label: 'use the next one until the limit resets, and tell me.' },
          { value: 'ask', label: 'ask me before the next one is used.' },
          { value: 'never', label: 'wait for the reset; never use another.' },
        ]}
        onChange={(onUsageLimit) => onChange({ onUsageLimit })}
      />
      <CapField
        capUsdPerDay={fallback.capUsdPerDay}
        onChange={(capUsdPerDay) => onChange({ capUsdPerDay })}
      />
      <p className="small soft">{sentences.fallbackCap}</p>
    </section>
  );
}

interface CapFieldProps {
  readonly capUsdPerDay: number | null;
  readonly onChange: (capUsdPerDay: number | null) => void;
}

function CapField({ capUsdPerDay, onChange }: CapFieldProps) {
  const [text, setText] = useState(capUsdPerDay === null ? '' : String(capUsdPerDay));
  const [problem, setProblem] = useState(false);
  const save = () => {
    const given = text.trim().replace(/^\$/, '').replace(',', '.');
    const amount = given === '' ? null : Number(given);
    const valid = amount === null || (Number.isFinite(amount) && amount >= 0 && amount <= 100_000);
    setProblem(!valid);
    if (valid && amount !== capUsdPerDay) onChange(amount);
  };
  return (
    <div className="cap">
      <label className="cap-line">
        <span>A key may spend at most $</span>
        <input
          className="cap-input tabular"
          type="text"
          inputMode="decimal"
          aria-label="Daily cap in US dollars"
          aria-invalid={problem || undefined}
          placeholder="no cap"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.key === 'Enter') save();
          }}
        />
        <span>a day.</span>
      </label>
      <p className={problem ? 'field-problem' : 'small soft'} role={problem ? 'alert' : undefined}>
        {problem
          ? 'Give an amount from 0 to 100,000, or leave it empty for no cap.'
          : capUsdPerDay === null
            ? 'No cap: a key may spend without end.'
            : `The cap is ${dollars(capUsdPerDay)} a day. Empty means no cap.`}
      </p>
    </div>
  );
}
