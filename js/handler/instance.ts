import type { Connection, ElementInstance } from '../types.js';
import { readField } from './fields.js';
import { isApiPath } from './rules.js';

/** An instance with all fields, so that none is read from a prototype. */
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

/** An instance in a list, which may have no token. */
export type ListedInstance = Omit<Instance, 'token'>;

/** Whether an instance with these tags matches. */
type TagFilter = (tags: string[]) => boolean;

/** Converts an instance for the host and the page: without undefined fields. */
export function toElementInstance(instance: Instance): ElementInstance {
  const { id, token, name, tags, valid, disabled } = instance;
  return defined<ElementInstance>({ id, token, name, tags, valid, disabled });
}

/** Converts an instance for the page's list. */
export function toConnection(instance: ListedInstance): Connection {
  const { id, name, tags, valid, disabled, createdDate, storeUrl } = instance;
  return defined<Connection>({ id, name, tags, valid, disabled, createdDate, storeUrl });
}

/**
 * Reads an instance, with all of its tags. Other fields of the body are ignored, because they may
 * contain the credentials.
 */
export function readInstance(body: unknown): Instance | undefined {
  const listed = readListed(body);
  const token = readField(body, 'token');
  return listed && typeof token === 'string' && token !== '' ? { ...listed, token } : undefined;
}

/** Reads the tags of an instance. Returns undefined unless all are strings. */
export function readTags(body: unknown): string[] | undefined {
  const tags = readField(body, 'tags');
  const isUsable = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return isUsable ? tags : undefined;
}

/**
 * Finds the newest matching instance in a list. If several match, the responses to the `POST`s of
 * the others were lost. Returns null if there is none, undefined if that is unknown.
 */
export function readNewest(list: unknown, isMatch: TagFilter): Instance | null | undefined {
  const matches = readMatches(list, isMatch);
  if (matches?.length === 0) return null;
  return matches?.map(readInstance).filter(isRead).sort(byNewest)[0];
}

/**
 * Reads all matching instances of a list, newest first; undefined if one of them cannot be read.
 */
export function readAll(list: unknown, isMatch: TagFilter): ListedInstance[] | undefined {
  const instances = readMatches(list, isMatch)?.map(readListed);
  return instances?.every(isRead) ? instances.sort(byNewest) : undefined;
}

function readMatches(list: unknown, isMatch: TagFilter): unknown[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.filter((entry) => isMatch(readTags(entry) ?? []));
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

/** Whether the value is a date in the format that all JavaScript engines parse. */
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
