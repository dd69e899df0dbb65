// Each function removes one size optimization from the sources.

/** Replaces one place in a file. */
export type Edit = (path: string, from: string | RegExp, to: string) => void;

/** Replaces one place in a file's text; throws without such a place. */
export function replace(path: string, text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${path} does not have ${from}.`);
  return changed;
}

export const VARIANTS: Record<string, (edit: Edit) => void> = {
  'standard allocator': standardAllocator,
  'panics with messages': panicsWithMessages,
  'formatter of panics': formatterOfPanics,
  'long names': longNames,
  'default inlining': defaultInlining,
  'opt-level "s"': optimizedForSpeed,
  'wasm-bindgen-futures': wasmBindgenFutures,
  'str::find and split': standardSearch,
  'concat of slices': standardConcat,
};

function standardAllocator(edit: Edit): void {
  edit('src/lib.rs', '#[cfg(target_arch = "wasm32")]\nmod memory;\n', '');
}

function panicsWithMessages(edit: Edit): void {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a part of the script.
  edit('scripts/wasm.ts', 'silencePanics(`${output}/${name}_bg.wasm`);', '');
}

function formatterOfPanics(edit: Edit): void {
  edit('scripts/panics.ts', 'withoutFormatter(silenced) ?? silenced', 'silenced');
}

function longNames(edit: Edit): void {
  edit('scripts/wasm.ts', "'--minify-imports-and-exports-and-modules',", '');
  edit(
    'scripts/wasm.ts',
    'JSON.parse(names)',
    `((module) => ({
      imports: WebAssembly.Module.imports(module).map(({ name }) => ['', name, name]),
      exports: WebAssembly.Module.exports(module).map(({ name }) => [name, name]),
    }))(new WebAssembly.Module(readFileSync(output + '/' + name + '.wasm')))`,
  );
  edit('scripts/wasm.ts', '{ a: {', '{ "./authenticate_bigcommerce_bg.js": {');
}

function defaultInlining(edit: Edit): void {
  edit('scripts/wasm.ts', "'--one-caller-inline-max-function-size=20',", '');
}

function optimizedForSpeed(edit: Edit): void {
  edit('Cargo.toml', 'opt-level = "z"', 'opt-level = "s"');
}

function wasmBindgenFutures(edit: Edit): void {
  edit('Cargo.toml', '[dependencies]\n', '[dependencies]\nwasm-bindgen-futures = "0.4.80"\n');
  edit(
    'src/promise.rs',
    /use std::cell[\s\S]*use js_sys.*\n/,
    'use js_sys::{Function, Promise};\n',
  );
  edit('src/promise.rs', /type Resume.*\n/, '');
  edit('src/promise.rs', /\n {4}#\[wasm_bindgen\(extends = Promise\)\][\s\S]*?\n}\n/, '}\n');
  edit(
    'src/promise.rs',
    /thread_local! [\s\S]*/,
    `pub fn settled(promise: &JsValue) -> impl Future<Output = Settled> + use<> {
      wasm_bindgen_futures::JsFuture::from(Promise::resolve(promise))
    }

    pub fn spawn(future: impl Future<Output = Settled> + 'static) -> Promise {
      wasm_bindgen_futures::future_to_promise(future)
    }
    `,
  );
}

function standardSearch(edit: Edit): void {
  const path = 'src/rules/url.rs';
  edit(path, /(fn find\(.*\{\n)[\s\S]*?\n}\n/, '$1 text.find(is_wanted)\n}\n');
  edit(path, /(fn has\(.*\{\n)[\s\S]*?\n}\n/, '$1 text.contains(c)\n}\n');
  edit(
    path,
    /(fn cut\(.*\{\n)[\s\S]*?\n}\n/,
    '$1 text.find(at).and_then(|end| text.split_at_checked(end)).unwrap_or((text, ""))\n}\n',
  );
  edit(path, /(fn has_part\(.*\{\n)[\s\S]*?\n}\n/, '$1 text.split(separator).any(is_wanted)\n}\n');
}

function standardConcat(edit: Edit): void {
  edit('src/rules/text.rs', 'parts.iter().copied().collect()', 'parts.concat()');
}
