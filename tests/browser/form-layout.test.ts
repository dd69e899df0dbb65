import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inEveryEngine } from './engines.js';
import { setUpFormPage } from './form-page.js';
import { STATES } from './form-states.js';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

inEveryEngine("The form's layout", (engine) => {
  const form = setUpFormPage(engine);
  // In each engine, axe-core finds the same.
  const isChromium = engine === 'Chromium';
  const title = isChromium
    ? 'has no violations that axe-core finds, and fits into a narrow window'
    : 'fits into a narrow window';

  for (const [state, bring] of Object.entries(STATES)) {
    test(`${title}: ${state}`, async () => {
      await bring(form);
      if (isChromium) await assertNoViolations();
      await assertFitsNarrowWindow();
    });
  }

  async function assertNoViolations(): Promise<void> {
    await form.page.browser.executeScript(AXE);
    for (const [scheme, options] of [
      ['light', { rules: { 'target-size': { enabled: true } } }],
      // Only these rules depend on colors.
      ['dark', { runOnly: ['color-contrast', 'link-in-text-block'] }],
    ] as const) {
      const violations = await form.page.browser.executeAsyncScript<unknown[]>(
        `const [scheme, options, done] = arguments;
         document.documentElement.style.colorScheme = scheme;
         axe.run(options).then(({ violations }) =>
           done(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])));`,
        scheme,
        options,
      );
      assert.deepEqual(violations, [], scheme);
    }
  }

  /** Checks that everything is within the window, in either direction of writing. */
  async function assertFitsNarrowWindow(): Promise<void> {
    const { browser } = form.page;
    const { width, height } = await browser.manage().window().getRect();
    // As narrow as the browser allows, which may be more.
    await browser.manage().window().setRect({ width: 320, height });
    try {
      for (const dir of ['ltr', 'rtl']) {
        const overflow = await form.run((dir) => {
          const form = document.querySelector('bigcommerce-connect-form');
          if (form) form.messages = { lang: 'en', dir };
          const root = document.documentElement;
          return [...(form?.shadowRoot?.querySelectorAll('.root *') ?? [])]
            .filter((element) => {
              const { left, right, width } = element.getBoundingClientRect();
              return element.checkVisibility() && width > 1 && (left < 0 || right > innerWidth);
            })
            .map(({ outerHTML }) => outerHTML)
            .concat(root.scrollWidth > root.clientWidth ? ['the page'] : []);
        }, dir);
        assert.deepEqual(overflow, [], dir);
      }
    } finally {
      await browser.manage().window().setRect({ width, height });
    }
  }
});
