import type { ElementInstance } from '../types.js';

// What the service answers.

/** What JSON says, `undefined` where it is none; the parser's error is dropped, as it quotes it. */
export function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/**
 * The instance that a body describes, with all of its tags; nothing else of it is passed on, for it
 * may hold the credentials.
 */
export function readInstance(body: unknown): ElementInstance | undefined {
  const { id, token, name, valid } = Object(body);
  if (!Number.isSafeInteger(id) || id < 1 || typeof token !== 'string' || token === '') {
    return undefined;
  }
  const tags = readTags(body);
  return {
    id,
    token,
    ...(typeof name === 'string' && { name }),
    ...(tags && { tags }),
    ...(typeof valid === 'boolean' && { valid }),
  };
}

/** The tags of the instance that a body describes, where they are nothing but texts. */
export function readTags(body: unknown): string[] | undefined {
  const { tags } = Object(body);
  const isUsable = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return isUsable ? tags : undefined;
}

/**
 * Of a list of instances the newest whose tags `isWanted` accepts, for its answer is the one that
 * may have been seen. Null where there is none, undefined where that cannot be told.
 */
export function readNewest(
  list: unknown,
  isWanted: (tags: string[]) => boolean,
): ElementInstance | null | undefined {
  if (!Array.isArray(list)) return undefined;
  const wanted = list.filter((entry) => isWanted(readTags(entry) ?? []));
  if (wanted.length === 0) return null;
  const instances = wanted.map(readInstance).filter((instance) => instance !== undefined);
  return instances.sort((a, b) => b.id - a.id)[0];
}
