/** The page's Content-Security-Policy: it needs nothing of other origins, and nothing inline. */
export function contentSecurityPolicy(frameAncestors = "'none'"): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}
