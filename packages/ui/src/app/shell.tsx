import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Icon, IconButton, type IconName, Mark } from '../controls/index.ts';
import { type Route, routeFragment } from '../state/route.ts';

interface ShellProps {
  readonly route: Route;
  /** The conversation that is open: the way back to it. */
  readonly asking: Route;
  readonly strip: ReactNode;
  readonly notices: ReactNode;
  readonly conversations: ReactNode;
  readonly children: ReactNode;
}

const places: readonly { readonly name: string; readonly icon: IconName; readonly route: Route }[] = [
  { name: 'Ask', icon: 'ask', route: { place: 'ask', conversationId: null } },
  { name: 'Usage', icon: 'usage', route: { place: 'usage' } },
  { name: 'Settings', icon: 'settings', route: { place: 'settings', at: 'accounts' } },
];

/** The frame around every screen: the way to the three places, the conversations, and what must be said everywhere. */
export function Shell({ route, asking, strip, notices, conversations, children }: ShellProps) {
  const [drawer, setDrawer] = useState(false);
  const fragment = routeFragment(route);
  const listed = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (fragment === '') return;
    // The drawer takes what was chosen in it out of sight, and the focus with it.
    if (listed.current?.closest('.shell-drawer-open') && listed.current.contains(document.activeElement))
      skipToMain();
    setDrawer(false);
  }, [fragment]);
  return (
    <div className={drawer ? 'shell shell-drawer-open' : 'shell'}>
      <button type="button" className="skip" onClick={skipToMain}>
        Skip to the content
      </button>
      {strip}
      <header className="side">
        <div className="side-head">
          <a className="brand" href="#/ask" aria-label="Postern">
            <Mark />
            <span>Postern</span>
          </a>
          <span className="drawer-button">
            <IconButton
              icon="panel"
              label={drawer ? 'Hide conversations' : 'Show conversations'}
              aria-expanded={drawer}
              onClick={() => setDrawer(!drawer)}
            />
          </span>
        </div>
        <nav aria-label="Places">
          <ul className="places">
            {places.map((place) => (
              <li key={place.name}>
                <a
                  className="place"
                  href={routeFragment(place.route.place === 'ask' ? asking : place.route)}
                  aria-current={place.route.place === route.place ? 'page' : undefined}
                >
                  <Icon name={place.icon} />
                  <span>{place.name}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div ref={listed} className="side-conversations">
          {conversations}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <div className="notices">{notices}</div>
        {children}
      </main>
    </div>
  );
}

// A button, not a link: the fragment is the place in the app.
function skipToMain(): void {
  document.getElementById('main')?.focus();
}
