// Prints how many bytes each size optimization saves: builds a copy of the project without it, one
// after the other. Arguments choose variants by name.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { replace, VARIANTS } from './bytes/variants.js';
import { copyProject } from './copy.js';
import { type Size, sizeOf } from './size.js';

const [, , ...chosen] = process.argv;

const folder = mkdtempSync(join(tmpdir(), 'bytes-'));
try {
  copyProject(folder);
  const whole = await build();
  const width = Math.max(...Object.keys(VARIANTS).map((name) => name.length));
  const print = (name: string, ...cells: unknown[]) =>
    console.log(name.padEnd(width), ...cells.map((cell) => String(cell).padStart(10)));
  print('', 'wasm', 'JavaScript', 'total', 'saved');
  print('the package', whole.wasm, whole.javascript, whole.total);
  for (const [name, remove] of Object.entries(VARIANTS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const { wasm, javascript, total } = await buildWithout(remove);
    print(name, wasm, javascript, total, total - whole.total);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function buildWithout(remove: (typeof VARIANTS)[string]): Promise<Size> {
  const originals = new Map<string, string>();
  remove((path, from, to) => {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    if (!originals.has(file)) originals.set(file, text);
    writeFileSync(file, replace(path, text, from, to));
  });
  const size = await build();
  for (const [file, text] of originals) writeFileSync(file, text);
  return size;
}

function build(): Promise<Size> {
  const command = ['--import', 'tsx', 'scripts/build.ts'];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder });
  if (status !== 0) throw new Error(String(stderr));
  return sizeOf(pathToFileURL(`${folder}/dist/`));
}
