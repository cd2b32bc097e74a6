import { allowRuleInWords, parseAllowRule, type Settings, type SettingsPatch } from '@postern/contract';
import { useId, useRef, useState } from 'react';
import { Button, LongText, VisibleText } from '../controls/index.ts';

interface RememberedAnswersProps {
  readonly alwaysAllow: Settings['alwaysAllow'];
  /** What a folder is called. */
  readonly nameOf: (workspace: string) => string;
  readonly onChange: (patch: SettingsPatch) => void;
}

/** Every answer that was remembered, whole and in words, by the folder it holds in, with a way to take it back. */
export function RememberedAnswers({ alwaysAllow, nameOf, onChange }: RememberedAnswersProps) {
  const [taken, setTaken] = useState({ workspace: '', rule: '' });
  const heading = useRef<HTMLHeadingElement>(null);
  const remembered = Object.entries(alwaysAllow).filter(([, rules]) => rules.length > 0);
  const takeBack = (workspace: string, rule: string) => {
    onChange({ forgetRule: { workspace, rule } });
    setTaken({ workspace, rule });
    // The button goes away with its line.
    heading.current?.focus();
  };
  // A change that is refused brings its line back.
  const isGone = taken.rule !== '' && !alwaysAllow[taken.workspace]?.includes(taken.rule);
  return (
    <section className="card" aria-labelledby="remembered-answers">
      <h2 ref={heading} tabIndex={-1} id="remembered-answers">
        Always allowed
      </h2>
      {remembered.length === 0 ? (
        <p className="small soft">Nothing yet. When you choose “Always allow”, it is listed here.</p>
      ) : (
        remembered.map(([workspace, rules]) => (
          <section key={workspace} className="always" aria-label={`Always allowed in ${nameOf(workspace)}`}>
            <p className="small soft">
              In{' '}
              <code className="always-place" title={workspace}>
                <VisibleText text={nameOf(workspace)} dir="ltr" />
              </code>{' '}
              the agent may, without asking:
            </p>
            <ul>
              {rules.map((rule) => (
                <RuleLine key={rule} rule={rule} onTakeBack={() => takeBack(workspace, rule)} />
              ))}
            </ul>
          </section>
        ))
      )}
      <p className="small soft" role="status" aria-label="Remembered answers">
        {isGone ? 'Removed. Postern asks again from now on.' : ''}
      </p>
    </section>
  );
}

interface RuleLineProps {
  readonly rule: string;
  readonly onTakeBack: () => void;
}

function RuleLine({ rule, onTakeBack }: RuleLineProps) {
  const id = useId();
  const parsed = parseAllowRule(rule);
  return (
    <li className="always-rule">
      <span className="always-words" id={id}>
        {parsed === null ? (
          <>
            <code>
              <LongText text={rule} dir="ltr" />
            </code>{' '}
            (not recognized, so it allows nothing)
          </>
        ) : (
          <LongText text={allowRuleInWords(parsed)} dir="ltr" />
        )}
      </span>
      <Button size="s" icon="remove" aria-describedby={id} onClick={onTakeBack}>
        Remove
      </Button>
    </li>
  );
}
