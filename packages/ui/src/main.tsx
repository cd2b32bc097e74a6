import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { AppProvider } from './app/app-context.ts';
import { PlaceBoundary } from './app/place-boundary.tsx';
import { createPosternApp } from './app/postern-app.ts';
import { createTabMemory } from './app/session-storage.ts';
import { DocsScreen } from './docs/docs-screen.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The document has no #root.');
const memory = createTabMemory(window.sessionStorage);

if (window.location.pathname === '/docs') {
  document.title = 'The local API · Postern';
  createRoot(root).render(
    <StrictMode>
      <DocsScreen token={memory.token()} />
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
}
