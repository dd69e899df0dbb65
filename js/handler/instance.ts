import type { ElementInstance } from '../types.js';
import { readField } from './fields.js';

/** An instance that has each field, so that none is read from a prototype. */
export interface Instance {
  id: number;
  token: string;
  name: string | undefined;
  tags: string[] | undefined;
  valid: boolean | undefined;
}

/** As the host and the page get it: without what it does not have. */
export function toElementInstance({ id, token, name, tags, valid }: Instance): ElementInstance {
  return {
    id,
    token,
    ...(name !== undefined && { name }),
    ...(tags && { tags }),
    ...(valid !== undefined && { valid }),
  };
}

/**
 * The instance that a body describes, with all of its tags; nothing else of it is passed on, for it
 * may hold the credentials.
 */
export function readInstance(body: unknown): Instance | undefined {
  const id = readField(body, 'id');
  const token = readField(body, 'token');
  if (!isId(id) || typeof token !== 'string' || token === '') return undefined;
  const name = readField(body, 'name');
  const valid = readField(body, 'valid');
  return {
    id,
    token,
    name: typeof name === 'string' ? name : undefined,
    tags: readTags(body),
    valid: typeof valid === 'boolean' ? valid : undefined,
  };
}

/** The tags of the instance that a body describes, where they are nothing but texts. */
export function readTags(body: unknown): string[] | undefined {
  const tags = readField(body, 'tags');
  const isUsable = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return isUsable ? tags : undefined;
}

/**
 * Of a list of instances the newest whose tags `isWanted` accepts: if there are several, the
 * responses to the `POST`s of the others were lost. Null where there is none, undefined if that is unknown.
 */
export function readNewest(
  list: unknown,
  isWanted: (tags: string[]) => boolean,
): Instance | null | undefined {
  if (!Array.isArray(list)) return undefined;
  const wanted = list.filter((entry) => isWanted(readTags(entry) ?? []));
  if (wanted.length === 0) return null;
  const instances = wanted.map(readInstance).filter((instance) => instance !== undefined);
  return instances.sort((a, b) => b.id - a.id)[0];
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
