import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, extname } from 'node:path';

const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const port = Number(process.env.PORT ?? 8080);

// Reads each file anew, so a reload in the browser shows every edit
const server = createServer(async (request, response) => {
  const path = request.url.split('?', 1)[0];
  if (path === '/health') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    return;
  }
  const file = extname(path) ? basename(path) : 'index.html';
  try {
    const content = await readFile(`src/${file}`);
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'cache-control': 'no-store', 'content-type': type }).end(content);
  } catch {
    response.writeHead(404).end();
  }
});

server.listen(port, '0.0.0.0', () => console.log(`http://localhost:${port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
