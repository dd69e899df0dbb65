import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { buildModule } from '../../scripts/wasm.js';

/** The exports of probe/lib.rs. */
interface Probe {
  debug(): string[];
  shaped(number: number): string;
  toStrings(number: number): string[];
  readStore(value: unknown): string;
  serdeError(number: number): string;
  panicBy(way: string, zero: number): number;
}

/** The exports of dyn-probe/lib.rs. */
type DynProbe = Pick<Probe, 'toStrings'>;

interface Glue {
  imports: WebAssembly.Imports;
  start(exports: WebAssembly.Exports): void;
}

/** A crate of this folder, built as the package's module is, and loaded. */
async function load<Exports>(crate: string): Promise<Exports> {
  const name = `build_${crate.replace('-', '_')}`;
  buildModule(`tests/build/${crate}`, name, `target/${crate}`);
  const folder = new URL(`../../target/${crate}/`, import.meta.url);
  const glue: Glue & Exports = await import(new URL('glue.js', folder).href);
  const bytes = readFileSync(new URL(`${name}.wasm`, folder));
  const { instance } = await WebAssembly.instantiate(bytes, glue.imports);
  glue.start(instance.exports);
  return glue;
}

suite('The build', { timeout: 600_000 }, () => {
  let probe: Probe;
  before(async () => {
    probe = await load('probe');
  });

  test('does not change {:?}', () => {
    assert.deepEqual(probe.debug(), [
      'Store { name: "Büro \\"1\\"\\n\\u{301}", visits: 7, rating: 4.0, state: Closed { since: (1999, Some(\'\\\'\')) } }',
      'Open',
      'Closed {\n    since: (\n        1,\n        None,\n    ),\n}',
      '[NaN, -0.0, 1e21, 0.30000000000000004]',
      '[77, 61, 73, 6d]',
      'Err(ParseIntError { kind: PosOverflow })',
      'RefCell { value: () }',
    ]);
  });

  test('does not change widths, precisions and signs', () => {
    assert.equal(
      probe.shaped(1234.567),
      ' 1234.57|1234.6  |  +1235  |1.234567e3|00001234|0x4d2|  1234',
    );
  });

  test('does not change to_string()', () => {
    assert.deepEqual(probe.toStrings(2.5), [
      '2.5',
      '2',
      '2.5',
      'true',
      '-170141183460469231731687303715884105728',
      'invalid float literal',
      'invalid utf-8 sequence of 1 bytes from index 0',
    ]);
  });

  test('does not change to_string() of trait objects', async () => {
    const { toStrings } = await load<DynProbe>('dyn-probe');
    assert.deepEqual(toStrings(12), ['12', 'RefCell already mutably borrowed']);
  });

  test("does not change the texts of serde's errors", () => {
    const store = { name: 'Shop', visits: 7, rating: 4, state: 'Open' };
    assert.equal(probe.readStore(store), 'Shop Open');
    const errors: [changes: object, message: string][] = [
      [{ name: undefined }, 'invalid type: unit value, expected a string'],
      [{ visits: 256 }, 'invalid value: integer `256`, expected u8'],
      [{ rating: 'good' }, 'invalid type: string "good", expected f64'],
      [{ state: 'Lost' }, 'unknown variant `Lost`, expected `Open` or `Closed`'],
    ];
    for (const [changes, message] of errors) {
      assert.throws(() => probe.readStore({ ...store, ...changes }), { name: 'Error', message });
    }
    assert.throws(() => probe.readStore({}), { message: 'missing field `name`' });
    assert.equal(probe.serdeError(1.5), 'invalid type: floating point `1.5`, expected a string');
  });

  for (const way of [
    'panic!',
    'assert_eq!',
    'unreachable!',
    'index',
    'slice',
    'character boundary',
    'unwrap of None',
    'expect of Err',
    'division by zero',
    'borrow',
    'capacity',
    'allocation',
  ]) {
    test(`lets a panic by ${way} trap, and calls after it work`, () => {
      assert.throws(() => probe.panicBy(way, 0), WebAssembly.RuntimeError);
      assert.equal(probe.panicBy('none', 0), 0);
      assert.match(probe.debug().join(), /^Store \{ name: /);
    });
  }
});
