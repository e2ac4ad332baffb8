import { stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { backingServices, createApp, reach } from './app.js';

const HEARTBEAT = '/tmp/worker.alive';

function log(level, message, fields = {}) {
  console.log(JSON.stringify({ level, message, ...fields }));
}

// PID 1 gets no default action for a signal: without a handler it would be killed after a timeout
function onStop(stop) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
}

function serve() {
  const port = Number(process.env.PORT ?? 3000);
  const server = createApp();
  server.listen(port, '0.0.0.0', () => log('info', 'listening', { port }));
  onStop(() => {
    server.close();
    setTimeout(() => server.closeAllConnections(), 500).unref();
  });
}

async function worker() {
  log('info', 'worker started');
  const beat = () => writeFile(HEARTBEAT, '');
  await beat();
  const timer = setInterval(beat, 5_000);
  onStop(() => clearInterval(timer));
}

async function workerCheck() {
  const { mtimeMs } = await stat(HEARTBEAT);
  if (Date.now() - mtimeMs > 30_000) throw new Error('no heartbeat for 30 s');
}

async function migrate() {
  const deadline = Date.now() + 30_000;
  // One without a secret URL has no data to prepare, and need not even run
  const services = backingServices(process.env).filter(({ secretFile }) => secretFile);
  for (const service of services) {
    let result = await reach(service);
    while (result !== 'reachable' && Date.now() < deadline) {
      await sleep(1_000);
      result = await reach(service);
    }
    if (result !== 'reachable') throw new Error(`${service.name} is ${result}`);
  }
  log('info', 'migrated', { services: services.map(({ name }) => name) });
}

const commands = { serve, worker, 'worker-check': workerCheck, migrate };
const command = process.argv[2] ?? 'serve';

try {
  if (!Object.hasOwn(commands, command)) throw new Error(`no command ${command}`);
  await commands[command]();
} catch (error) {
  log('error', error.message);
  process.exitCode = 1;
}
