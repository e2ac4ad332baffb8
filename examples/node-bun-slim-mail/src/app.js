import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';

/** The backing services that the environment names: each STEM_HOST that has a STEM_PORT. */
export function backingServices(env) {
  return Object.keys(env)
    .filter((key) => key.endsWith('_HOST'))
    .map((key) => key.slice(0, -'_HOST'.length))
    .filter((stem) => env[`${stem}_PORT`])
    .map((stem) => ({
      name: stem.toLowerCase(),
      host: env[`${stem}_HOST`],
      port: Number(env[`${stem}_PORT`]),
      secretFile: env[`${stem}_URL_FILE`],
    }));
}

function openConnection({ host, port }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(1000, () => socket.destroy(new Error('timed out')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** `reachable`, or `unreachable: ` and why. */
export async function reach(service) {
  try {
    if (service.secretFile) await readFile(service.secretFile);
    await openConnection(service);
    return 'reachable';
  } catch (error) {
    return `unreachable: ${error.code ?? error.message}`;
  }
}

async function answer(path, env) {
  if (path === '/health') return [200, { status: 'ok' }];
  if (path !== '/') return [404, { error: 'not found' }];
  const services = await Promise.all(
    backingServices(env).map(async (service) => [service.name, await reach(service)]),
  );
  return [200, { name: 'node-bun-slim-mail', services: Object.fromEntries(services) }];
}

export function createApp(env = process.env) {
  return createServer(async (request, response) => {
    const [status, body] = await answer(request.url.split('?', 1)[0], env);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
}
