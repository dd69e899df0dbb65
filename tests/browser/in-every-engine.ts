import { suite } from 'node:test';
import { type Engine, engines, leftOut } from './engines.js';

/** A suite for each engine; one that is left out says why. */
export function inEveryEngine(
  title: string,
  options: { timeout: number },
  tests: (engine: Engine) => void,
): void {
  for (const engine of engines) {
    suite(`${title}, in ${engine}`, { ...options, skip: leftOut(engine) }, () => tests(engine));
  }
}
