// Settings of tests with random values. Each run has the same values. If RANDOM_FACTOR is set in the
// environment, it has new ones, this many times as many. A failure prints the smallest values that
// fail, and the seed.
import fc from 'fast-check';

const { RANDOM_FACTOR } = process.env;

fc.configureGlobal(RANDOM_FACTOR ? {} : { seed: 1 });

/** How often a property is checked: `count` times by default. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: count * Number(RANDOM_FACTOR ?? 1) };
}
