// Bounds of the tests with random values: repeatable in CI, longer with `npm run fuzz`. A failure
// prints the smallest values that show it, and the seed.
import fc from 'fast-check';

const { CI, FUZZ_FACTOR = '1' } = process.env;

fc.configureGlobal({ ...(CI && { seed: 1 }) });

/** How often a property is tried that usually is `count` times. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * Number(FUZZ_FACTOR) };
}
