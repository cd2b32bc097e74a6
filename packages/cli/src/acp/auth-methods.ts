import type { AuthMethod, ClientCapabilities } from '@agentclientprotocol/sdk';

const windowMethod = 'postern-window';
const terminalMethod = 'postern-login';

/** Whether it is one of ours: also one that this editor was not offered. */
export function isAuthMethod(id: string): boolean {
  return id === windowMethod || id === terminalMethod;
}

/** How a client said that it can open a terminal before `auth.terminal` was in the protocol; the registry's check still does. */
const olderName = 'terminal-auth';

/**
 * How a client may sign in; in a terminal only where it can open one. One that says so by the older name is given the whole command as well.
 * Source: ACP v1, `AuthMethodTerminal`; https://github.com/zed-industries/zed/pull/41954 and
 * https://github.com/agentclientprotocol/registry/issues/498 for the older name. Pure.
 * @param ownCommand Postern's command line up to the name of a command
 */
export function authMethods(
  capabilities: ClientCapabilities,
  [command, ...before]: readonly [string, ...string[]],
): AuthMethod[] {
  const inWindow: AuthMethod = {
    id: windowMethod,
    name: 'Sign in with Postern',
    description: 'Opens Postern’s window, and waits until a credential can be used.',
  };
  const inTerminal: AuthMethod = {
    type: 'terminal',
    id: terminalMethod,
    name: 'Sign in in the terminal',
    description: 'Prints an address for a browser, on this machine or another. Works over SSH.',
    args: ['--login'],
  };
  const args = [...before, 'acp', '--login'];
  if (capabilities._meta?.[olderName] === true)
    return [
      inWindow,
      { ...inTerminal, _meta: { [olderName]: { label: 'Sign in to Postern', command, args } } },
    ];
  return capabilities.auth?.terminal === true ? [inWindow, inTerminal] : [inWindow];
}
