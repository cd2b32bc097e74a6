import { Segmented } from '../controls/index.ts';
import { sentences } from '../help/index.ts';

interface DesktopNoticesProps {
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** Whether the system shows notices of plan windows while no window is open. */
export function DesktopNotices({ on, onChange }: DesktopNoticesProps) {
  return (
    <section className="card" aria-labelledby="desktop-notices-title">
      <h2 id="desktop-notices-title">Plan windows</h2>
      <div className="labelled">
        <span>Desktop notifications at 80 %, at 95 % and at the reset</span>
        <Segmented
          legend="Desktop notifications"
          value={on ? 'on' : 'off'}
          options={[
            { value: 'off', label: 'Off' },
            { value: 'on', label: 'On' },
          ]}
          onChange={(wanted) => onChange(wanted === 'on')}
        />
        <p className="small soft labelled-note">{sentences.desktopNotices}</p>
      </div>
    </section>
  );
}
