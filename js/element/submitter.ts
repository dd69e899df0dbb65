/** Whether the browser handles a submit: the button has its own `formaction`, or closes a dialog. */
export function isLeftToBrowser(submitter: Element | null): boolean {
  return submitter?.matches('[formaction], [formmethod=dialog i]') ?? false;
}

/** Whether a control, or a custom element that acts as one, is a submit button for the element. */
export function isSubmitButton(control: Element): boolean {
  // UI5 Web Components have `Submit`, and other custom elements only have the attribute.
  const { type = control.getAttribute('type') } = control as Element & { type?: unknown };
  return String(type).toLowerCase() === 'submit' && !isLeftToBrowser(control);
}
