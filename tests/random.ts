// Settings for tests with random values: the same values in each `npm test`, more and new ones in
// `npm run fuzz`. A failure prints the smallest values that show it, and the seed.
import fc from 'fast-check';

const { FUZZ_FACTOR } = process.env;

fc.configureGlobal(FUZZ_FACTOR ? {} : { seed: 1 });

/** How often a property is checked: `count` times in `npm test`. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * Number(FUZZ_FACTOR ?? 1) };
}
