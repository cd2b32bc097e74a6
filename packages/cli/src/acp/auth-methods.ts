import type { AuthMethod, ClientCapabilities } from '@agentclientprotocol/sdk';

/** How a client may sign in; in a terminal only where it can open one. Source: ACP v1, `AuthMethodTerminal`. Pure. */
export function authMethods(capabilities: ClientCapabilities): AuthMethod[] {
  const inWindow: AuthMethod = {
    id: 'postern-window',
    name: 'Sign in with Postern',
    description: 'Opens Postern’s window, and waits until a credential can be used.',
  };
  const inTerminal: AuthMethod = {
    type: 'terminal',
    id: 'postern-login',
    name: 'Sign in in the terminal',
    description: 'Prints an address for a browser, on this machine or another. Works over SSH.',
    args: ['--login'],
  };
  return capabilities.auth?.terminal === true ? [inWindow, inTerminal] : [inWindow];
}
