// Settings for tests with random values: the same values in each run, and so many times more and new
// ones as RANDOM_FACTOR in the environment says. A failure prints the smallest values that show it,
// and the seed.
import fc from 'fast-check';

const { RANDOM_FACTOR } = process.env;

fc.configureGlobal(RANDOM_FACTOR ? {} : { seed: 1 });

/** How often a property is checked: `count` times by default. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * Number(RANDOM_FACTOR ?? 1) };
}
