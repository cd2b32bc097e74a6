import { useEffect } from 'react';
import { Icon, type IconName } from '../controls/index.ts';
import { routeFragment, type SettingsPlace, settingsPlaces } from '../state/route.ts';

/** What each place of Settings is called. */
const places: Readonly<Record<SettingsPlace, { readonly name: string; readonly icon: IconName }>> = {
  accounts: { name: 'Accounts', icon: 'person' },
  paying: { name: 'Paying', icon: 'switch' },
  agent: { name: 'Agent', icon: 'terminal' },
  workspaces: { name: 'Workspaces', icon: 'folder' },
  window: { name: 'Window', icon: 'panel' },
  privacy: { name: 'Privacy and health', icon: 'lock' },
};

interface SettingsNavProps {
  readonly at: SettingsPlace;
}

/** The way to every place of Settings: a list beside it, above it on a narrow window. Each is a link of its own. */
export function SettingsNav({ at }: SettingsNavProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place begins at its top
  useEffect(() => {
    // In a block: newer browsers give a promise, which is no cleanup.
    document.getElementById('main')?.scrollTo(0, 0);
  }, [at]);
  return (
    <nav aria-label="Settings" className="settings-nav">
      <ul>
        {settingsPlaces.map((each) => (
          <li key={each}>
            <a
              className="place"
              href={routeFragment({ place: 'settings', at: each })}
              aria-current={each === at ? 'page' : undefined}
            >
              <Icon name={places[each].icon} size={16} />
              <span>{places[each].name}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
