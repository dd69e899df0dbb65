// Makes panics trap at once, because their messages, which nobody sees, need much code.
// usage: node panics.mjs <file>; the module in it must still have the names of its functions
import { readFileSync, writeFileSync } from 'node:fs';
import binaryen from 'binaryen';

/**
 * The functions that panic: the panic machinery of `core` and `std`, and what they and `alloc` call
 * instead of `panic!`. None of these returns, and none formats values for other callers.
 */
const PANIC_FUNCTIONS = [
  /^(<?core|<?std)::panicking::/,
  /^core::cell::(lazy::)?panic_\w+$/,
  /^core::(option|result)::(expect|unwrap)_failed$/,
  /^core::(slice|str)::(\w+::)*\w+_fail(_rt)?$/,
  /^std::thread::local::panic_access_error$/,
  /^alloc::raw_vec::(handle_error|capacity_overflow)$/,
  /^(alloc::alloc::handle_alloc_error|std::alloc::(rust_oom|default_alloc_error_hook))$/,
  /^__rustc::(rust_begin_unwind|rust_panic|__rust_alloc_error_handler|__rust_start_panic)$/,
];

silencePanics(process.argv[2] ?? '');

function silencePanics(file: string): void {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(file));
  for (const { name, path, params, results } of functionsOf(module)) {
    if (!PANIC_FUNCTIONS.some((pattern) => pattern.test(path))) continue;
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  const silenced = module.emitBinary();
  writeFileSync(file, withoutFormatter(silenced) ?? silenced);
}

/**
 * Removes `core::fmt` from the module. Returns `undefined` if anything but a panic needs it.
 *
 * wasm-opt would keep it: the function table still contains the functions that format the messages
 * of panics, and wasm-opt cannot know that nothing calls them. Other code that formats calls
 * `core::fmt` by name, or is `to_string()` of a trait object, which panics with a
 * `core::fmt::Error`.
 */
function withoutFormatter(silenced: Uint8Array): Uint8Array | undefined {
  const module = binaryen.readBinary(silenced);
  const formatters = new Set(
    functionsOf(module)
      .filter(({ path }) => /^<(?!core::fmt::Error).+ as core::fmt::\w+>::/.test(path))
      .map(({ name }) => name),
  );
  module.addFunction('trap', binaryen.none, binaryen.none, [], module.unreachable());
  for (let index = module.getNumElementSegments() - 1; index >= 0; index--) {
    const segment = module.getElementSegmentByIndex(index);
    const { name, table, offset, data } = binaryen.getElementSegmentInfo(segment);
    const entries = data.map((entry) => (formatters.has(entry) ? 'trap' : entry));
    module.removeElementSegment(name);
    module.addActiveElementSegment(table, name, entries, offset);
  }
  module.runPasses(['remove-unused-module-elements']);
  const isFormatting = functionsOf(module).some(({ path }) => path.includes('core::fmt::'));
  return isFormatting ? undefined : module.emitBinary();
}

/** Returns the functions that are not imports, with their paths in Rust. */
function functionsOf(module: binaryen.Module) {
  return Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  )
    .filter(({ base }) => base === '')
    .map(({ name, params, results }) => ({
      name,
      // Without the hashes: core[c5930c85a12de822]::panicking::panic, or …::h455c6fd1636eea47.
      path: name.replaceAll(/\[\w+\]|::h[0-9a-f]{16}$/g, ''),
      params,
      results,
    }));
}
