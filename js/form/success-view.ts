import type { ElementInstance } from '../index.js';
import type { Builder } from './build.js';

interface Actions {
  onConnectAnother(): void;
  onShowConnections(): void;
}

/** Replaces the form after success. Never shows the token. */
export class SuccessView {
  readonly element: HTMLElement;
  readonly label: HTMLElement;
  readonly #builder: Builder;
  readonly #switchedOff: HTMLElement;
  readonly #continue: HTMLAnchorElement;
  readonly #showConnections: HTMLButtonElement;

  constructor(builder: Builder, { onConnectAnother, onShowConnections }: Actions) {
    this.#builder = builder;
    this.label = builder.element('p', { class: 'label', part: 'label', tabindex: '-1' });
    this.#switchedOff = builder.text('p', 'switchedOff');
    this.#continue = builder.text('a', 'continue', { class: 'button', part: 'button continue' });
    this.#showConnections = builder.button('showConnections', onShowConnections, {
      class: 'quiet',
    });
    this.element = builder.element(
      'div',
      { class: 'success', part: 'success', hidden: true },
      builder.element('div', { class: 'tick', part: 'tick', 'aria-hidden': 'true' }),
      this.label,
      this.#switchedOff,
      this.#continue,
      this.#showConnections,
      builder.button('connectAnother', onConnectAnother, { class: 'quiet' }),
    );
  }

  show(instance: ElementInstance, name: string): void {
    this.#builder.show(this.label, 'connectedTitle', { name: () => instance.name ?? name });
    this.#switchedOff.hidden = !instance.disabled;
  }

  update(returnUrl: string | undefined, hasConnections: boolean): void {
    this.#continue.hidden = returnUrl === undefined;
    this.#continue.href = returnUrl ?? '';
    this.#showConnections.hidden = !hasConnections;
  }
}
