import './styles/index.css';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { AppProvider } from './app/app-context.ts';
import { loadLaterParts } from './app/later-parts.ts';
import { PlaceBoundary } from './app/place-boundary.tsx';
import { createPosternApp } from './app/postern-app.ts';
import { createTabMemory } from './app/session-storage.ts';
import { laterPart } from './controls/index.ts';

/** Read by its own page only. */
const DocsScreen = laterPart(async () => (await import('./docs/docs-screen.tsx')).DocsScreen);

const root = document.getElementById('root');
if (root === null) throw new Error('The document has no #root.');
const memory = createTabMemory(window.sessionStorage);

if (window.location.pathname === '/docs') {
  document.title = 'The local API · Postern';
  createRoot(root).render(
    <StrictMode>
      <PlaceBoundary what="window">
        <Suspense>
          <DocsScreen token={memory.token()} />
        </Suspense>
      </PlaceBoundary>
    </StrictMode>,
  );
} else {
  const app = createPosternApp(window, memory);
  app.start();
  createRoot(root).render(
    <StrictMode>
      <AppProvider value={app}>
        <PlaceBoundary what="window">
          <App />
        </PlaceBoundary>
      </AppProvider>
    </StrictMode>,
  );
  loadLaterParts(window);
}
