import { expect, test } from 'vitest';
import { RouteTable } from './routes.ts';

const table = new RouteTable(
  [
    'GET /users/{user}',
    'GET /users/me',
    'ANY /users/{user}',
    'GET /files/{path+}',
    'GET /files/{name}',
    'GET /',
  ].map((routeKey) => ({ routeKey, functionName: 'any', authorizer: undefined })),
);

test.each([
  ['GET', '/users/me', 'GET /users/me', {}],
  ['GET', '/users/u%2F1', 'GET /users/{user}', { user: 'u/1' }],
  ['GET', '/users/100%', 'GET /users/{user}', { user: '100%' }],
  ['PUT', '/users/u-1', 'ANY /users/{user}', { user: 'u-1' }],
  ['GET', '/files/a', 'GET /files/{name}', { name: 'a' }],
  ['GET', '/files/a/b%20c', 'GET /files/{path+}', { path: 'a/b c' }],
  ['GET', '/', 'GET /', {}],
])('%s %s is %s', (method, path, routeKey, pathParameters) => {
  expect(table.find(method, path)?.match).toEqual({ routeKey, pathParameters });
});

test.each([
  ['GET', '/users'],
  ['GET', '/users/'],
  ['GET', '/users/u-1/more'],
  ['POST', '/'],
])('%s %s is no route', (method, path) => {
  expect(table.find(method, path)).toBeUndefined();
});
