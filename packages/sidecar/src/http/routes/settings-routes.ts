import { credentialListSchema, settingsPatchSchema, settingsSchema } from '@postern/contract';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** `GET /settings`, `POST /settings`, `GET /credentials`. */
export function addSettingsRoutes(
  app: HttpApp,
  { preferences, credentials }: Pick<HttpDeps, 'preferences' | 'credentials'>,
): void {
  app.get(
    '/settings',
    {
      schema: {
        operationId: 'settings',
        tags: ['settings'],
        summary: 'What was chosen, and which credentials there are',
        querystring: noQuery,
        response: answers(settingsSchema, 'The settings; never a secret.'),
      },
    },
    () => preferences.read(),
  );

  app.post(
    '/settings',
    {
      config: { invalidBodyCode: 'invalid_setting' },
      schema: {
        operationId: 'changeSettings',
        tags: ['settings'],
        summary: 'Changes any part of the settings',
        querystring: noQuery,
        body: settingsPatchSchema,
        response: answers(
          settingsSchema,
          'The settings as they are now.',
          'invalid_setting',
          'credential_store_locked',
          'credential_store_unavailable',
          'storage_full',
          ...bodyCodes,
        ),
      },
    },
    ({ body }) => preferences.update(body),
  );

  app.get(
    '/credentials',
    {
      schema: {
        operationId: 'credentials',
        tags: ['settings'],
        summary: 'Every credential in the order they are tried',
        querystring: noQuery,
        response: answers(credentialListSchema, 'Views; never a secret.'),
      },
    },
    async () => ({ items: [...(await credentials.views())], next: null }),
  );
}
