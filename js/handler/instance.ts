import type { Connection, ElementInstance } from '../types.js';
import { readField } from './fields.js';
import { isApiPath } from './rules.js';

/** An instance that has each field, so that none is read from a prototype. */
export interface Instance {
  id: number;
  token: string;
  name: string | undefined;
  tags: string[] | undefined;
  valid: boolean | undefined;
  disabled: boolean | undefined;
  createdDate: string | undefined;
  storeUrl: string | undefined;
}

/** As a list has it, where the token can be missing. */
export type ListedInstance = Omit<Instance, 'token'>;

/** Whether an instance with these tags is looked for. */
type IsWanted = (tags: string[]) => boolean;

/** As the host and the page get it: without what it does not have. */
export function toElementInstance(instance: Instance): ElementInstance {
  const { id, token, name, tags, valid, disabled } = instance;
  return defined<ElementInstance>({ id, token, name, tags, valid, disabled });
}

/** As the page lists it. */
export function toConnection(instance: ListedInstance): Connection {
  const { id, name, tags, valid, disabled, createdDate, storeUrl } = instance;
  return defined<Connection>({ id, name, tags, valid, disabled, createdDate, storeUrl });
}

/**
 * The instance that a body describes, with all of its tags; nothing else of it is passed on, for it
 * may hold the credentials.
 */
export function readInstance(body: unknown): Instance | undefined {
  const listed = readListed(body);
  const token = readField(body, 'token');
  return listed && typeof token === 'string' && token !== '' ? { ...listed, token } : undefined;
}

/** The tags of the instance that a body describes, where they are nothing but texts. */
export function readTags(body: unknown): string[] | undefined {
  const tags = readField(body, 'tags');
  const isUsable = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return isUsable ? tags : undefined;
}

/**
 * Of a list of instances the newest that is wanted: if there are several, the responses to the
 * `POST`s of the others were lost. Null where there is none, undefined if that is unknown.
 */
export function readNewest(list: unknown, isWanted: IsWanted): Instance | null | undefined {
  const wanted = readWanted(list, isWanted);
  if (wanted?.length === 0) return null;
  return wanted?.map(readInstance).filter(isRead).sort(byNewest)[0];
}

/** All wanted instances of a list, newest first; undefined where one of them cannot be read. */
export function readAll(list: unknown, isWanted: IsWanted): ListedInstance[] | undefined {
  const instances = readWanted(list, isWanted)?.map(readListed);
  return instances?.every(isRead) ? instances.sort(byNewest) : undefined;
}

function readWanted(list: unknown, isWanted: IsWanted): unknown[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.filter((entry) => isWanted(readTags(entry) ?? []));
}

function readListed(body: unknown): ListedInstance | undefined {
  const id = readField(body, 'id');
  if (!isId(id)) return undefined;
  const name = readField(body, 'name');
  const valid = readField(body, 'valid');
  const disabled = readField(body, 'disabled');
  const createdDate = readField(body, 'createdDate');
  const storeUrl = readField(readField(body, 'configuration'), 'store.url');
  return {
    id,
    name: typeof name === 'string' ? name : undefined,
    tags: readTags(body),
    valid: typeof valid === 'boolean' ? valid : undefined,
    disabled: typeof disabled === 'boolean' ? disabled : undefined,
    createdDate: isDate(createdDate) ? createdDate : undefined,
    storeUrl: isApiPath(storeUrl) ? storeUrl : undefined,
  };
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** In the one form that each JavaScript engine reads. */
function isDate(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value);
}

function isRead<T>(instance: T | undefined): instance is T {
  return instance !== undefined;
}

function byNewest(a: ListedInstance, b: ListedInstance): number {
  return b.id - a.id;
}

function defined<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}
