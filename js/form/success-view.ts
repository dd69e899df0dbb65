import type { ElementInstance } from '../index.js';
import type { Builder } from './build.js';

interface Actions {
  onAnother(): void;
  onShowConnections(): void;
}

/** What is shown in the form's place after success; never the token. */
export class SuccessView {
  readonly element: HTMLElement;
  readonly label: HTMLElement;
  readonly #builder: Builder;
  readonly #switchedOff: HTMLElement;
  readonly #continue: HTMLAnchorElement;
  readonly #list: HTMLButtonElement;

  constructor(builder: Builder, { onAnother, onShowConnections }: Actions) {
    this.#builder = builder;
    this.label = builder.element('p', { class: 'label', part: 'label', tabindex: '-1' });
    this.#switchedOff = builder.text('p', 'switchedOff');
    this.#continue = builder.text('a', 'continue', { class: 'button', part: 'button continue' });
    this.#list = builder.button('showConnections', onShowConnections, { class: 'quiet' });
    this.element = builder.element(
      'div',
      { class: 'success', part: 'success', hidden: true },
      builder.element('div', { class: 'tick', part: 'tick', 'aria-hidden': 'true' }),
      this.label,
      this.#switchedOff,
      this.#continue,
      this.#list,
      builder.button('connectAnother', onAnother, { class: 'quiet' }),
    );
  }

  show(instance: ElementInstance, name: string): void {
    this.#builder.show(this.label, 'connectedTitle', { name: () => instance.name ?? name });
    this.#switchedOff.hidden = !instance.disabled;
  }

  update(returnUrl: string | undefined, hasConnections: boolean): void {
    this.#continue.hidden = returnUrl === undefined;
    this.#continue.href = returnUrl ?? '';
    this.#list.hidden = !hasConnections;
  }
}
