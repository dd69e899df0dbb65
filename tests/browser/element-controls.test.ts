import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ELEMENT, PASSWORD, setUpElementPage } from './element-page.js';
import { inEveryEngine } from './engines.js';

/** A form with these buttons in place of its own. */
const withButtons = (buttons: string) => ELEMENT.replace(/<button.*<\/button>/, buttons);

/** A form whose API path and button are outside, and which a script outside can find. */
const OUTSIDE = `${ELEMENT.replace('<form', '<form id="form"')
  .replace(/<label for="storeUrl">.*?<input id="storeUrl"[^>]*>/s, '')
  .replace(/<button.*<\/button>/, '')}
  <input id="storeUrl" name="storeUrl" form="form" aria-label="API path" value=" ">`;

inEveryEngine('The element (controls)', (engine) => {
  const form = setUpElementPage(engine);

  /** Defines submit buttons: one as UI5 Web Components have it, one that knows attributes alone. */
  const defineButtons = () =>
    form.run(() => {
      class AssociatedButton extends HTMLElement {
        static formAssociated = true;
        static observedAttributes = ['disabled'];
        readonly #internals = this.attachInternals();
        #disabled = false;
        type = 'Submit';
        constructor() {
          super();
          this.addEventListener(
            'click',
            () => this.disabled || this.#internals.form?.requestSubmit(),
          );
        }
        get disabled(): boolean {
          return this.#disabled;
        }
        set disabled(value: boolean) {
          this.#disabled = value;
          this.toggleAttribute('disabled', value);
        }
        attributeChangedCallback(): void {
          this.#disabled = this.hasAttribute('disabled');
        }
      }
      class AttributeButton extends HTMLElement {
        constructor() {
          super();
          this.addEventListener('click', () => {
            if (!this.hasAttribute('disabled')) this.closest('form')?.requestSubmit();
          });
        }
      }
      customElements.define('associated-button', AssociatedButton);
      customElements.define('attribute-button', AttributeButton);
    });

  for (const [name, attributes] of [
    ['associated-button', ''],
    ['attribute-button', 'type="SUBMIT"'],
  ] as const) {
    for (const when of ['before', 'after']) {
      test(`enables <${name}> as a submit button, defined ${when} the element`, async () => {
        await form.openWithoutScript(withButtons(`<${name} ${attributes} disabled>Go</${name}>`));
        if (when === 'before') await defineButtons();
        await form.script();
        if (when === 'after') await defineButtons();
        await form.configure();
        const button = form.find(name);
        assert.equal(await button.getAttribute('disabled'), null);
        await button.click();
        assert.equal((await form.settled()).type, 'connected');
        assert.equal(await button.getAttribute('aria-disabled'), 'true');
        await form.run((name) => {
          document.querySelector(name)?.setAttribute('disabled', '');
          document.forms[0]?.append(document.createElement('p'));
        }, name);
        assert.equal(await button.getAttribute('disabled'), 'true', 'the page has disabled it');
      });
    }
  }

  test('reads, focuses and clears custom elements that only take part in formdata', async () => {
    await form.open(
      ELEMENT.replace(/<input id="(?:password|storeUrl)"[^>]*>/g, (input) =>
        input.replace('<input', '<late-field').replace('>', '></late-field>'),
      ),
    );
    await form.run(() => {
      // Takes its value over when it renders, as Web Awesome's and UI5's do.
      class LateField extends HTMLElement {
        value = this.getAttribute('value') ?? '';
        #rendered = this.value;
        connectedCallback(): void {
          this.tabIndex = 0;
          const render = () => {
            this.#rendered = this.value;
            requestAnimationFrame(render);
          };
          render();
          this.closest('form')?.addEventListener('formdata', ({ formData }) => {
            formData.set(this.getAttribute('name') ?? '', this.#rendered);
          });
        }
      }
      customElements.define('late-field', LateField);
    });
    await form.collectWarnings();
    const set = (id: string, value: string) =>
      form.run(
        async (id, value) => {
          Object.assign(document.getElementById(id) ?? {}, { value });
          await new Promise(requestAnimationFrame);
        },
        id,
        value,
      );
    await set('storeUrl', ' ');
    assert.equal((await form.submit()).type, 'failed');
    assert.match(await form.message('storeUrl'), /API path/);
    assert.equal(await form.focused(), 'storeUrl');
    await set('storeUrl', 'store-wuxeae6.mybigcommerce.com');
    assert.equal((await form.submit()).type, 'connected');
    const value = await form.run(async () => {
      await new Promise(requestAnimationFrame);
      return (document.querySelector('#password') as HTMLInputElement).value;
    });
    assert.equal(value, '');
    assert.equal(JSON.parse(form.sent('POST')[0]?.body ?? '').configuration.password, PASSWORD);
    assert.doesNotMatch((await form.run(() => announced)).join(), /warns/);
  });

  for (const when of ['there from the start', 'rendered later']) {
    test(`uses controls outside it that have the attribute form, ${when}`, async () => {
      const button = '<button form="form" disabled>Connect</button>';
      await form.openWithoutScript(OUTSIDE + (when === 'rendered later' ? '' : button));
      await form.script();
      await form.configure();
      if (when === 'rendered later') {
        await form.run(() => {
          const button = document.createElement('button');
          button.disabled = true;
          button.setAttribute('form', 'form');
          document.body.append(button);
        });
      }
      assert.equal(await form.button().isEnabled(), true, 'the button is enabled');
      assert.equal((await form.submit()).detail.code, 'ERR_CONFIG');
      assert.match(await form.message('storeUrl'), /API path/);
      await form.find('#storeUrl').sendKeys('store-wuxeae6.mybigcommerce.com');
      assert.equal(await form.count('.bigcommerce-error, [aria-invalid]'), 0);
      assert.equal((await form.submit()).type, 'connected');
      assert.equal(await form.button().getAttribute('aria-disabled'), 'true');
    });
  }

  test('changes nothing when other parts of the page change', async () => {
    await form.open();
    const changed = await form.run(async () => {
      const changed: unknown[] = [];
      // A page that changes something at each of these would otherwise run for ever.
      new MutationObserver((records) => {
        changed.push(...records.map(({ attributeName }) => attributeName));
      }).observe(first, { attributes: true, subtree: true });
      document.body.append(document.createElement('p'));
      await new Promise(requestAnimationFrame);
      return changed;
    });
    assert.deepEqual(changed, []);
  });

  test('leaves buttons with formaction or formmethod="dialog" to the page', async () => {
    const others = [
      '<button id="draft" formaction="/drafts" disabled>Save</button>',
      '<button id="here" formaction="" disabled>Save</button>',
      '<button id="cancel" formmethod="Dialog" disabled>Cancel</button>',
    ];
    const own = '<button id="own" formmethod="post" formnovalidate disabled>Connect</button>';
    const content = withButtons(own + others.join('')).replace('method="post"', 'method="dialog"');
    await form.open(`<dialog open>${content}</dialog>`);
    const enabled = await form.run(() =>
      [...document.querySelectorAll('button:enabled')].map(({ id }) => id),
    );
    assert.deepEqual(enabled, ['own'], 'others are left as they are');
    const prevented = await form.run(() => {
      const prevented: unknown[] = [];
      document.addEventListener('submit', (event) => {
        const { submitter, defaultPrevented } = event;
        prevented.push([submitter?.id, defaultPrevented, document.forms[0]?.ariaBusy]);
        if (submitter?.id !== 'cancel') event.preventDefault();
      });
      for (const button of document.querySelectorAll('button')) {
        button.disabled = false;
        if (button.id !== 'own') button.click();
      }
      return prevented;
    });
    assert.deepEqual(prevented, [
      ['draft', false, null],
      ['here', false, null],
      ['cancel', false, null],
    ]);
    assert.equal(await form.count('dialog[open]'), 0, 'it was closed');
    await form.run(() => document.querySelector('dialog')?.show());
    assert.equal((await form.submit()).type, 'connected');
    assert.equal(await form.find('#own').getAttribute('aria-disabled'), 'true');
    assert.equal(await form.find('#cancel').getAttribute('aria-disabled'), null);
  });
});
