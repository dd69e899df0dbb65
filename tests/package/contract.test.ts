import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authenticateBigCommerce, BigCommerceAuthError } from 'authenticate-bigcommerce';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FUNCTION = read('docs/function.md');
const ERRORS = read('docs/errors.md');

/** The documented fields of a config, and their types. */
const FIELDS = table('field').flatMap(([names = '', type = '']) =>
  code(names).map((name) => ({ name, type: code(type)[0] ?? '' })),
);

/** The documented error codes and the fields of each, with `?` after those that may be missing. */
const CODES = table('`code`', ERRORS).map(
  ([name = '', , fields = '']) =>
    [code(name)[0] ?? '', code(fields).map((field) => /^\w+\??/.exec(field)?.[0] ?? '')] as const,
);

function read(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

/** The rows of the table with this first column in a document. */
function table(firstColumn: string, document = FUNCTION): string[][] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstColumn} |`));
  assert.ok(start >= 0, `there is a table of ${firstColumn}`);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The texts between backticks. */
function code(text: string): string[] {
  return [...text.matchAll(/`([^`]*)`/g)].map(([, code]) => code ?? '');
}

/** The matches in the crate and in the function's TypeScript. */
function found(pattern: RegExp, ...extensions: string[]): string[] {
  const crate = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' });
  const files = [
    ...crate.map((file) => `src/${file}`),
    ...readdirSync(join(PROJECT, 'js')).map((file) => `js/${file}`),
  ].filter((file) => extensions.some((extension) => file.endsWith(extension)));
  const matches = files.flatMap((file) => [...read(file).matchAll(pattern)]);
  return [...new Set(matches.map(([all, group]) => group ?? all))].sort();
}

suite('The contract', { timeout: 300_000 }, () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'contract-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The compiler's output for a consumer's `source`. */
  function compile(source: string): string {
    writeFileSync(join(folder, 'consumer.ts'), source);
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'dom'],
      module: 'esnext',
      moduleResolution: 'bundler',
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const config = { compilerOptions, files: ['consumer.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout, stderr, error } = spawnSync(
      join(PROJECT, 'node_modules/typescript/bin/tsc'),
      // Without colours, even if FORCE_COLOR is set.
      ['-p', folder, '--pretty', 'false'],
      { encoding: 'utf8', timeout: 180_000 },
    );
    assert.ifError(error);
    return stdout + stderr;
  }

  /** Asserts that `source` compiles, and that it does not with the two mistakes that `spoil` makes. */
  function assertCompiles(source: string, spoil: (source: string) => string): void {
    assert.equal(compile(source), '');
    assert.equal(compile(spoil(source)).split('error TS').length - 1, 2, 'mistakes are found');
  }

  test('lists exactly the fields that the code reads', async () => {
    const names = FIELDS.map(({ name }) => name).sort();
    const readNames = new Set<string>();
    const spy = new Proxy(
      {},
      {
        get(_, name) {
          readNames.add(String(name));
          // No field accepts a symbol.
          return Symbol(String(name));
        },
        getOwnPropertyDescriptor: () => ({
          configurable: true,
          enumerable: true,
          value: undefined,
        }),
      },
    );
    const error = await authenticateBigCommerce(spy as never).catch((error) => error);
    assert.deepEqual([...readNames].sort(), names);
    assert.ok(error instanceof BigCommerceAuthError, `an error of the package: ${error}`);
    assert.equal(error.code, 'ERR_CONFIG');
    // Credentials of both kinds of accounts are one issue.
    const others = names.filter(
      (name) => !/^(username|password|accessToken|clientSecret)$/.test(name),
    );
    assert.deepEqual(error.issues.map(({ path }) => path.join('.')).sort(), others);
    for (const { message } of error.issues) assert.doesNotMatch(message, /not a known field/);
  });

  test('has the same fields as the types', () => {
    assert.ok(FIELDS.length >= 10, `${FIELDS.length} documented fields`);
    const checks = FIELDS.map(
      ({ name, type }) => `
        export const ${name}: ConfigFields['${name}'] = {} as ${type};`,
    );
    const names = FIELDS.map(({ name }) => `'${name}'`).join(' | ');
    const source = `
      import type { ConfigFields, EventsConfig } from '${PROJECT}/dist/index.js';
      ${SAME}
      export const names: Same<keyof ConfigFields, ${names}> = true;
      ${checks.join('')}`;
    assertCompiles(source, (source) =>
      source.replace("'username' |", '').replace('{} as number', '{} as string'),
    );
  });

  test('has the same options of the proxy and the sandbox, and members of that, as the types', () => {
    const namesIn = (firstColumn: string, document: string) =>
      table(firstColumn, read(document))
        .flatMap(([cell = '']) => code(cell).map((name) => `'${name.replace('()', '')}'`))
        .join(' | ');
    const optional = table('option', read('docs/handler.md')).flatMap(
      ([names = '', , rule = '']) =>
        /^optional;/.test(rule) ? code(names).map((name) => `'${name}'`) : [],
    );
    const source = `
      import type { ProxyOptions } from '${PROJECT}/dist/proxy.js';
      import type { Sandbox, SandboxOptions } from '${PROJECT}/dist/sandbox.js';
      ${SAME}
      type Optional<T> = { [Name in keyof T]-?: {} extends Pick<T, Name> ? Name : never }[keyof T];
      export const all: Same<keyof ProxyOptions, ${namesIn('option', 'docs/handler.md')}> = true;
      export const some: Same<Optional<ProxyOptions>, ${optional.join(' | ')}> = true;
      export const own: Same<keyof SandboxOptions, ${namesIn('option', 'docs/testing.md')}> = true;
      export const members: Same<keyof Sandbox, ${namesIn('member', 'docs/testing.md')}> = true;`;
    assertCompiles(source, (source) => source.replace("'port' |", '').replace("'close'", "'end'"));
  });

  test('lists exactly the error codes in the source', () => {
    const names = CODES.map(([name]) => name).sort();
    assert.deepEqual(found(/ERR_[A-Z_]*[A-Z]/g, '.rs', '.ts'), names);
    // Without those that only types name.
    const given = found(/['"](ERR_\w+)['"]/g, '.rs', 'authenticate.ts', 'load.ts');
    assert.deepEqual([...new Set(given)].sort(), names);
  });

  test('has the same codes of issues as the crate and the types', () => {
    const names = table('`code` | `message`', ERRORS).flatMap(([name = '']) => code(name));
    assert.deepEqual(found(/Self::\w+ => "(.+)",/g, 'issues.rs'), [...names].sort());
    const source = `
      import type { ConfigIssue } from '${PROJECT}/dist/index.js';
      ${SAME}
      export const a: Same<ConfigIssue['code'], ${names.map((name) => `'${name}'`).join(' | ')}> = true;
      export const b: Same<'label', 'label'> = true;`;
    assertCompiles(source, (source) =>
      source.replace("'quoted' |", '').replace("'label', ", "'x', "),
    );
  });

  test('has the same error codes, and fields of each, as the types', () => {
    const checks = CODES.map(([name, fields]) => {
      const members = fields.map((field) => `${field}: unknown`).join('; ');
      return `export const ${name}: Same<Fields<'${name}'>, { ${members} }> = true;`;
    });
    const names = CODES.map(([name]) => `'${name}'`).join(' | ');
    const source = `
      import type { BigCommerceAuthErrorInit as Init, ErrorCode } from '${PROJECT}/dist/index.js';
      ${SAME}
      type Of<Code, One = Init> = One extends { code: infer C } ? (Code extends C ? One : never) : never;
      type Fields<Code> = {
        [Name in keyof Of<Code> as Exclude<Name, 'code' | 'message' | 'mayHaveCreated'>]: unknown;
      };
      export const names: Same<ErrorCode, ${names}> = true;
      ${checks.join('\n')}`;
    assertCompiles(source, (source) =>
      source.replace('requestId?', 'requestId').replace('{ issues: unknown;', '{'),
    );
  });

  test('has the same default URL and default timeout everywhere', () => {
    const [address = ''] = found(/DEFAULT_BASE_URL: &str = "(.*)";/g, 'url.rs');
    const [time = ''] = found(/DEFAULT_TIMEOUT = ([\d_]+);/g, 'authenticate.ts');
    assert.deepEqual(found(/DEFAULT_TIMEOUT: f64 = ([\d_]+)\.0;/g, 'config.rs'), [time]);
    for (const text of [FUNCTION, read('dist/index.d.ts')]) {
      assert.ok(address !== '' && text.includes(`\`${address}\``), address);
      assert.match(text, new RegExp(`default(Value)?:? ${time.replaceAll('_', '')}\\b`));
    }
    const options = read('js/handler/options.ts');
    assert.ok(options.includes(`DEFAULT_BASE_URL = '${address}';`), "the proxy's address");
    const [, ms = ''] = /DEFAULT_TIMEOUT = ([\d_]+);/.exec(options) ?? [];
    for (const text of [read('docs/handler.md'), read('dist/proxy.d.ts')]) {
      assert.match(text, new RegExp(`default(Value)?:? ${ms.replaceAll('_', '')}\\b`));
    }
  });
});

const SAME = `
  type Same<A, B> =
    (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;`;
