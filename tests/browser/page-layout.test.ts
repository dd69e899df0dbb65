import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { inEveryEngine } from './in-every-engine.js';
import { STATES, setScheme, type Visit } from './page-states.js';
import { setUpPage } from './served-page.js';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

inEveryEngine("The page's layout", { timeout: 1_200_000 }, (engine) => {
  let visit: Visit;
  setUpPage(engine, (_, visited) => {
    visit = visited;
  });

  // Only shifts within the window are reported.
  before(() => visit.browser.manage().window().setRect({ width: 1200, height: 2400 }));

  // The other engines do not report shifts, and axe-core finds the same in each.
  const isChromium = engine === 'Chromium';
  const title = isChromium
    ? 'has no layout shift, no violations that axe-core finds, and fits into a narrow window'
    : 'fits into a narrow window';

  for (const [state, bring] of Object.entries(STATES)) {
    test(`${title}: ${state}`, async () => {
      if (isChromium) await recordShifts();
      await bring(visit);
      if (isChromium) {
        await assertNoShifts();
        await assertNoViolations();
      }
      await assertFitsNarrowWindow();
    });
  }

  function recordShifts(): Promise<void> {
    return visit.browser.executeScript(`
      window.shifts = [];
      new PerformanceObserver((list) => shifts.push(
        ...list.getEntries()
          .filter(({ hadRecentInput }) => !hadRecentInput)
          .map(({ value, sources }) => [value, sources.map(({ node }) => node?.outerHTML)]),
      )).observe({ type: 'layout-shift', buffered: true });`);
  }

  async function assertNoShifts(): Promise<void> {
    // A shift is reported in the next frame.
    const shifts = await visit.browser.executeAsyncScript(
      'const [done] = arguments; requestAnimationFrame(() => setTimeout(() => done(shifts), 50))',
    );
    assert.deepEqual(shifts, []);
  }

  async function assertNoViolations(): Promise<void> {
    await visit.browser.executeScript(AXE);
    for (const scheme of ['light', 'dark'] as const) {
      await setScheme(visit, scheme);
      const violations = await visit.browser.executeAsyncScript<unknown[]>(`
        const done = arguments[0];
        axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
          done(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])));`);
      assert.deepEqual(violations, [], scheme);
    }
  }

  /** Checks that everything is within the window, in either direction of writing. */
  async function assertFitsNarrowWindow(): Promise<void> {
    const { width, height } = await visit.browser.manage().window().getRect();
    const innerWidth = await visit.browser.executeScript('return innerWidth');
    // As narrow as the browser allows, which may be more.
    await visit.browser.manage().window().setRect({ width: 320, height });
    try {
      for (const direction of ['ltr', 'rtl']) {
        const overflow = await visit.browser.executeScript(
          `const root = document.documentElement;
           root.dir = arguments[0];
           return [...document.querySelectorAll('body *')]
             .filter((element) => {
               const { left, right, width } = element.getBoundingClientRect();
               return width > 1 && (left < 0 || right > innerWidth);
             })
             .map(({ outerHTML }) => outerHTML)
             .concat(root.scrollWidth > root.clientWidth ? ['the page'] : []);`,
          direction,
        );
        assert.deepEqual(overflow, [], direction);
      }
    } finally {
      await visit.browser.manage().window().setRect({ width, height });
      // The page may be resized later, and the next one would be laid out anew.
      await visit.browser.executeAsyncScript(
        `const [width, done] = arguments;
         const wait = () => (innerWidth === width ? done() : requestAnimationFrame(wait));
         wait();`,
        innerWidth,
      );
    }
  }
});
