/** What the user has given cannot be used; the message says why. Exit status 2. */
export class UsageError extends Error {}
