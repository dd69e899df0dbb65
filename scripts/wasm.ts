// From a crate to the module that ships, and the JavaScript that goes with it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';

const TARGET = 'wasm32-unknown-unknown';
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds the crate in the folder `crate` and puts three files into `output`: `<name>.wasm`, the glue
 * that it needs, `glue.js`, and the types of that.
 */
export function buildModule(crate: string, name: string, output: string): void {
  const compiled = `target/${TARGET}/release/${name}.wasm`;
  // Panics name their source files; where the builder's home folder is must not show.
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  // RUSTFLAGS in the environment are meant for the builder's machine, and would replace these.
  process.env.CARGO_ENCODED_RUSTFLAGS = `--remap-path-prefix=${registry}=/registry`;
  run(
    'cargo',
    ...['build', '--release', '--locked', '--target', TARGET, '--target-dir', 'target'],
    ...['--manifest-path', `${crate}/Cargo.toml`],
  );
  // Optimising takes seconds, of which most starts of the page can do without. The glue is last.
  const linked = `${output}/glue.js`;
  if (isNewer(linked, compiled, 'package-lock.json', 'scripts/wasm.ts')) return;
  run(
    'target/debug/wasm-bindgen',
    // The target whose glue leaves loading to others; ours is js/load.ts.
    ...['--target', 'bundler', '--out-dir', output],
    compiled,
  );
  silencePanics(`${output}/${name}_bg.wasm`);
  const names = run(
    'node_modules/.bin/wasm-opt',
    ...['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features'],
    // Inlining makes the file smaller, but larger once it is compressed.
    ...['--always-inline-max-function-size=0', '--one-caller-inline-max-function-size=20'],
    // Long names with a hash for each import and export cost much, here and in the glue.
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

/**
 * Where a panic starts: the machinery of `core` and `std`, and what they and `alloc` call instead of
 * `panic!`. All of these end in a trap and never return; what formats values is not among them.
 */
const PANIC_ENTRY_POINTS = [
  /^(<?core|<?std)::panicking::/,
  /^core::cell::(lazy::)?panic_\w+$/,
  /^core::(option|result)::(expect|unwrap)_failed$/,
  /^core::(slice|str)::(\w+::)*\w+_fail(_rt)?$/,
  /^std::thread::local::panic_access_error$/,
  /^alloc::raw_vec::(handle_error|capacity_overflow)$/,
  /^(alloc::alloc::handle_alloc_error|std::alloc::(rust_oom|default_alloc_error_hook))$/,
  /^__rustc::(rust_begin_unwind|rust_panic|__rust_alloc_error_handler|__rust_start_panic)$/,
];

/** Lets a panic trap at once, without composing a message that nobody sees. */
function silencePanics(file: string): void {
  const module = binaryen.readBinary(readFileSync(file));
  const functions = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  for (const { name, base, params, results } of functions) {
    const isImported = base !== '';
    // Without the hashes: core[c5930c85a12de822]::panicking::panic, or …::h455c6fd1636eea47.
    const path = name.replaceAll(/\[\w+\]|::h[0-9a-f]{16}$/g, '');
    if (isImported || !PANIC_ENTRY_POINTS.some((pattern) => pattern.test(path))) continue;
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  writeFileSync(file, module.emitBinary());
}

/** wasm-bindgen's glue with the module's short names. */
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
