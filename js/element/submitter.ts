/** Whether a button submits its form to a place of its own, or only closes a dialog. */
export function isForeign(submitter: Element | null): boolean {
  return submitter?.matches('[formaction], [formmethod=dialog i]') ?? false;
}

/** Whether a control, or a custom element that acts as one, submits its form to the element. */
export function isSubmitButton(control: Element): boolean {
  // UI5 Web Components write it `Submit`, and other custom elements have no property.
  const { type = control.getAttribute('type') } = control as Element & { type?: unknown };
  return String(type).toLowerCase() === 'submit' && !isForeign(control);
}
