import { createRouteLookup, type DoorRoute } from '../../../src/door/door-route.ts';
import { type DoorRules, guardRequest } from '../../../src/door/guard-request.ts';
import { ownHosts } from '../../../src/door/judge-host.ts';

/** The one bearer that opens the doors of these tests. */
export const bearer = 'postern_the-right-one';
const routes: readonly DoorRoute[] = [
  { method: 'GET', path: '/', open: true },
  { method: 'GET', path: '/assets/*', open: true },
  { method: 'POST', path: '/session', open: true },
  { method: 'GET', path: '/auth/anthropic/callback', open: true },
  { method: 'POST', path: '/auth/anthropic/callback', open: false },
  { method: 'GET', path: '/settings', open: false },
  { method: 'POST', path: '/settings', open: false },
  { method: 'GET', path: '/query/:id/events', open: false },
];
/** A door as the sidecar has it, with a few of its routes. */
export const rules: DoorRules = {
  hosts: ownHosts(8765),
  origins: ['http://127.0.0.1:8765'],
  redirectPath: '/auth/anthropic/callback',
  routesAt: createRouteLookup(routes),
  authorizes: (presented) => presented === bearer,
};

/** The status of a request, or 0 where it is let in. The bearer and Host are right unless `headers` has them. */
export function judge(
  line: string,
  headers: readonly string[] = [],
  options: { bearer?: boolean; version?: string } = {},
) {
  const [method = '', url = ''] = line.split(' ');
  const all = [
    ...(headers.some((header) => header.startsWith('Host:')) ? [] : ['Host: 127.0.0.1:8765']),
    ...(options.bearer === false ? [] : [`Authorization: Bearer ${bearer}`]),
    ...headers.filter((header) => header !== 'Host: none'),
  ];
  const rawHeaders = all.flatMap((header) => [
    header.slice(0, header.indexOf(':')),
    header.slice(header.indexOf(':') + 1).trim(),
  ]);
  const refusal = guardRequest({ method, url, httpVersion: options.version ?? '1.1', rawHeaders }, rules);
  return refusal?.status ?? 0;
}

/** What a POST declares. */
export const json = 'Content-Type: application/json';
