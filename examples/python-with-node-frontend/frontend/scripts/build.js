import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { parse } from 'node:path';

await rm('dist', { recursive: true, force: true });
await mkdir('dist/assets', { recursive: true });

let html = await readFile('src/index.html', 'utf8');
for (const file of await readdir('src')) {
  if (file === 'index.html') continue;
  const content = await readFile(`src/${file}`);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  const { name, ext } = parse(file);
  // Another content gets another name, so browsers may keep the file for ever
  const asset = `assets/${name}-${hash}${ext}`;
  await writeFile(`dist/${asset}`, content);
  html = html.replaceAll(`"/${file}"`, `"/${asset}"`);
}
await writeFile('dist/index.html', html);
