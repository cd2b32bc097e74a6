import type { Settings, SettingsPatch } from '@postern/contract';
import { Choice, ComboField, HelpTip, Segmented } from '../controls/index.ts';
import { sentences } from '../help/index.ts';
import { onOrOff } from './on-or-off.ts';

interface AgentSectionProps {
  readonly settings: Settings;
  /** Models used before, most recent first. */
  readonly models: readonly string[];
  readonly onChange: (patch: SettingsPatch) => void;
}

/** When the agent must ask, which model answers, and whether it is kept running. */
export function AgentSection({ settings, models, onChange }: AgentSectionProps) {
  return (
    <section className="card" aria-labelledby="agent-title">
      <h2 id="agent-title">
        How the agent works <HelpTip topic="the agent" about={['permissionAsked', 'privacy']} />
      </h2>
      <Choice
        legend="Before the agent changes something"
        value={settings.permissionMode}
        options={[
          { value: 'ask', label: 'Ask me' },
          { value: 'accept_edits', label: 'Allow changes in the workspace, ask for the rest' },
          { value: 'plan', label: 'Only read and plan' },
        ]}
        onChange={(permissionMode) => onChange({ permissionMode })}
      />
      <div className="labelled">
        <span>Model</span>
        <ComboField
          label="Default model"
          icon="model"
          placeholder="Default model"
          value={settings.model ?? ''}
          suggestions={models}
          onChange={(model) => onChange({ model: model === '' ? null : model })}
        />
      </div>
      <div className="labelled">
        <span>Start answers faster</span>
        <Segmented
          legend="Start answers faster"
          value={settings.warmPrograms === false ? 'off' : 'on'}
          options={onOrOff}
          onChange={(wanted) => onChange({ warmPrograms: wanted === 'on' })}
        />
        <p className="small soft labelled-note">{sentences.warmPrograms}</p>
      </div>
    </section>
  );
}
