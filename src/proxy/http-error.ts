/** What the page is told; JSON leaves out what is undefined. */
interface Explanation {
  message: string;
  requestId?: string | undefined;
  providerMessage?: string | undefined;
}

/** What the page gets instead of an instance. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: Explanation;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    explanation: string | Explanation,
    headers: Record<string, string> = {},
  ) {
    super();
    this.status = status;
    this.body = typeof explanation === 'string' ? { message: explanation } : explanation;
    this.headers = headers;
  }
}
