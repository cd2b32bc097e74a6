import type { Settings, SettingsPatch } from '@postern/contract';
import { Button, Notice } from '../controls/index.ts';
import { placeOfSetting, settingName, unreadableSettings } from '../settings/unreadable-settings.ts';
import type { SettingsPlace } from '../state/route.ts';

interface SettingsBannersProps {
  readonly settings: Settings | null;
  readonly onReview: (at: SettingsPlace) => void;
  readonly onChange: (patch: SettingsPatch) => void;
}

/** What the user must know about their settings wherever they are: answers that now cover less, and settings that could not be read. */
export function SettingsBanners({ settings, onReview, onChange }: SettingsBannersProps) {
  if (settings === null) return null;
  const { narrowedRules = null } = settings;
  const unreadable = unreadableSettings(settings);
  return (
    <>
      {unreadable.length === 0 ? null : (
        <Notice
          tone="warn"
          title={unreadable.length === 1 ? 'A setting could not be read' : 'Some settings could not be read'}
          actions={
            <Button size="s" onClick={() => onReview(placeOfSetting(unreadable[0] ?? ''))}>
              Open Settings
            </Button>
          }
        >
          <p>
            Affected: {unreadable.map(settingName).join(', ')}. Postern uses the strictest choice until you
            set it again.
          </p>
        </Notice>
      )}
      {narrowedRules === null ? null : (
        <Notice
          tone="note"
          title="“Always allow” now covers less"
          actions={
            <>
              <Button size="s" look="primary" onClick={() => onReview('agent')}>
                Review
              </Button>
              <Button size="s" onClick={() => onChange({ narrowedRules: null })}>
                Got it
              </Button>
            </>
          }
        >
          <p>
            An earlier version remembered answers by the tool’s name alone, so a remembered “Write” also
            allowed files outside the folder. {narrowedInWords(narrowedRules)}
          </p>
        </Notice>
      )}
    </>
  );
}

function narrowedInWords({ narrowed, dropped }: NonNullable<Settings['narrowedRules']>): string {
  const kept = narrowed === 1 ? '1 answer now holds' : `${narrowed} answers now hold`;
  const asked = dropped === 1 ? '1 is asked again' : `${dropped} are asked again`;
  if (narrowed === 0) return `${dropped === 1 ? '1 answer is' : `${dropped} answers are`} asked again.`;
  return dropped === 0 ? `${kept} only inside the folder.` : `${kept} only inside the folder; ${asked}.`;
}
