/**
 * The third of undici that the gateway needs: the rest (fetch, caches, mocks, WebSockets) costs 5 MB once it is loaded; a module that
 * needs `fetch` imports all of it then. `index.js` of undici gives dispatchers their methods in the same way.
 */
import api from 'undici/lib/api/index.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';

Object.assign(Dispatcher.prototype, api);

export { Agent, EnvHttpProxyAgent, errors };
