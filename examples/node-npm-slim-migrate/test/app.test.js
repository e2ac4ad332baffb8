import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.js';

const env = {};
const server = createApp(env);
let url;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  url = `http://127.0.0.1:${port}`;
  Object.assign(env, { CACHE_HOST: '127.0.0.1', CACHE_PORT: String(port) });
});

after(() => server.close());

test('is healthy', async () => {
  const response = await fetch(`${url}/health`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('says which services it reaches', async () => {
  Object.assign(env, { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: '1' });
  const { services } = await (await fetch(url)).json();
  assert.deepEqual(services, { cache: 'reachable', database: 'unreachable: ECONNREFUSED' });
});

test('knows no other path', async () => {
  const response = await fetch(`${url}/missing`);
  assert.equal(response.status, 404);
});
