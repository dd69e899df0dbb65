// Bounds of the tests with random values: repeatable in `npm test`, new and longer in `npm run fuzz`. A failure
// prints the smallest values that show it, and the seed.
import fc from 'fast-check';

const { FUZZ_FACTOR } = process.env;

fc.configureGlobal(FUZZ_FACTOR ? {} : { seed: 1 });

/** How often a property is tried that usually is `count` times. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * Number(FUZZ_FACTOR ?? 1) };
}
