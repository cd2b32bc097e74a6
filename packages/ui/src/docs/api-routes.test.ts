import { expect, it } from 'vitest';
import { apiRoutes } from './api-routes.ts';

it('lists what a document describes and leaves out what it does not', () => {
  expect(
    apiRoutes({
      paths: {
        '/x': {
          parameters: [],
          post: {
            summary: 'Does x.',
            parameters: [{ name: 'id', in: 'path', required: true }],
            requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
            responses: { 200: { description: 'Done.' } },
          },
        },
      },
    }),
  ).toEqual([
    {
      method: 'POST',
      path: '/x',
      summary: 'Does x.',
      description: '',
      parameters: [{ name: 'id', in: 'path', required: true }],
      body: '{\n  "type": "object"\n}',
      answers: [{ status: '200', description: 'Done.' }],
    },
  ]);
});

it.each([null, 'text', [], { paths: 'none' }])('finds nothing in %j', (document) => {
  expect(apiRoutes(document)).toEqual([]);
});
