// Builds the wasm module of a crate, and its JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TARGET = 'wasm32-unknown-unknown';
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds the crate in the folder `crate` and writes three files to `output`: the module
 * `<name>.wasm`, its JavaScript `glue.js`, and the types `glue.d.ts`.
 */
export function buildModule(crate: string, name: string, output: string): void {
  const compiled = `target/${TARGET}/release/${name}.wasm`;
  // Panics contain the paths of their source files, which must not show the builder's home folder.
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  // RUSTFLAGS in the environment are for the machine's own target, and would replace these.
  process.env.CARGO_ENCODED_RUSTFLAGS = `--remap-path-prefix=${registry}=/registry`;
  run(
    'cargo',
    ...['build', '--release', '--locked', '--target', TARGET, '--target-dir', 'target'],
    ...['--manifest-path', `${crate}/Cargo.toml`],
  );
  // Skips the slow steps if nothing changed. The glue is written last.
  const linked = `${output}/glue.js`;
  const scripts = ['scripts/wasm.ts', 'scripts/panics.ts'];
  if (isNewer(linked, compiled, 'package-lock.json', ...scripts)) return;
  run(
    'target/debug/wasm-bindgen',
    // With this target, the glue does not load the module: js/load.ts does.
    ...['--target', 'bundler', '--out-dir', output],
    compiled,
  );
  // In a process without tsx, whose loader takes many seconds for binaryen.
  const script = 'target/panics.mjs';
  run('node_modules/.bin/esbuild', 'scripts/panics.ts', `--outfile=${script}`, '--log-level=error');
  run(process.execPath, script, `${output}/${name}_bg.wasm`);
  const names = run(
    'node_modules/.bin/wasm-opt',
    ...['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features'],
    // Inlining makes the file smaller, but larger once it is compressed.
    '--one-caller-inline-max-function-size=20',
    // The long names end in a hash.
    '--minify-imports-and-exports-and-modules',
    ...['-o', `${output}/${name}.wasm`, `${output}/${name}_bg.wasm`],
  );
  writeFileSync(
    `${output}/glue.d.ts`,
    `${readFileSync(`${output}/${name}.d.ts`, 'utf8')}
    export const imports: WebAssembly.Imports;
    export function start(exports: WebAssembly.Exports): void;`,
  );
  writeFileSync(
    linked,
    linkGlue(readFileSync(`${output}/${name}_bg.js`, 'utf8'), JSON.parse(names)),
  );
}

function isNewer(file: string, ...sources: string[]): boolean {
  const age = (path: string) => statSync(path).mtimeMs;
  return existsSync(file) && sources.every((source) => age(source) < age(file));
}

/** Replaces the names in wasm-bindgen's glue with the module's short ones. */
function linkGlue(
  glue: string,
  names: { imports: [string, string, string][]; exports: [string, string][] },
): string {
  const short = new Map(names.exports);
  const linked = glue.replace(/\bwasm\.(\w+)/g, (_, name) => `wasm.${short.get(name)}`);
  const imports = names.imports.map(([, name, short]) => `${JSON.stringify(short)}: ${name}`);
  return `${linked}
    export const imports = { a: { ${imports.join()} } };
    export function start(exports) {
      wasm = exports;
      wasm.${short.get('__wbindgen_start')}();
    }`;
}

/** Runs a command in the project's folder, and returns what it prints. */
export function run(command: string, ...args: string[]): string {
  const { status, error, stdout } = spawnSync(command, args, {
    cwd: PROJECT,
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
