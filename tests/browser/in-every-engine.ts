import { suite } from 'node:test';
import { type Engine, engines, skipReason } from './engines.js';

/** Defines a suite for each engine; a skipped one shows why. */
export function inEveryEngine(
  title: string,
  options: { timeout: number },
  tests: (engine: Engine) => void,
): void {
  for (const engine of engines) {
    suite(`${title}, in ${engine}`, { ...options, skip: skipReason(engine) }, () => tests(engine));
  }
}
