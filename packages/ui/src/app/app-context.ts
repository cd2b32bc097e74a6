import { createContext, useContext } from 'react';
import type { AppState } from '../state/app-state.ts';
import { useStore } from '../state/store.ts';
import type { PosternApp } from './postern-app.ts';

const Context = createContext<PosternApp | null>(null);

/** Gives the app to the screens below it. */
export const AppProvider = Context.Provider;

/** The app, for what a screen does. */
export function useApp(): PosternApp {
  const app = useContext(Context);
  if (app === null) throw new Error('There is no AppProvider above this screen.');
  return app;
}

/** A part of the state, for what a screen draws. */
export function useAppState<Part>(select: (state: AppState) => Part): Part {
  return useStore(useApp().store, select);
}
