import { Icon } from '../controls/index.ts';
import { sentences } from '../help/index.ts';

interface SandboxStripProps {
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** Says on every screen that nothing here is real, and opens the panel to play with it. */
export function SandboxStrip({ open, onToggle }: SandboxStripProps) {
  return (
    <section className="sandbox-strip" aria-label="Sandbox">
      <Icon name="flask" size={16} />
      <p>{sentences.sandbox}</p>
      <button id="try-it-toggle" type="button" className="text-link" aria-expanded={open} onClick={onToggle}>
        Try it
      </button>
    </section>
  );
}
