import { Field } from '../controls/index.ts';
import { sentences } from '../help/index.ts';

interface ApiKeyFieldProps {
  readonly text: string;
  readonly placeholder: string;
  readonly problem: string | null;
  readonly onText: (text: string) => void;
}

/** Takes an API key: never shown, never completed, and what saving it means stands below it. */
export function ApiKeyField({ text, placeholder, problem, onText }: ApiKeyFieldProps) {
  return (
    <Field label="API key" help={sentences.apiKeyConsent} problem={problem}>
      {(wiring) => (
        <input
          {...wiring}
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}

/** What keeps a text from being a key, before it is sent anywhere. Source: docs/spec/contract.md#settings. */
export function whatIsWrong(key: string): string | null {
  if (key === '') return 'Paste the key first.';
  if (key.startsWith('sk-ant-oat') || key.startsWith('sk-ant-ort'))
    return 'This token belongs to another program’s sign-in. Postern does not accept it.';
  if (!key.startsWith('sk-ant-api')) return 'A Console API key begins with sk-ant-api.';
  if (!/^[A-Za-z0-9_-]{20,512}$/.test(key)) return 'This does not look like one complete key.';
  return null;
}
