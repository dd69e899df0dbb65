import type { Connection } from '../types.js';
import { readField } from './fields.js';
import { HttpError } from './http-error.js';
import {
  type Instance,
  type ListedInstance,
  readAll,
  readInstance,
  readNewest,
  readTags,
  toConnection,
} from './instance.js';
import type { Owner } from './owner.js';
import type { InstanceBody } from './rules.js';
import type { Service, ServiceResponse } from './service.js';
import { isKeyTag, isReservedTag, isSameTag, isSubjectTag } from './tags.js';

// The instances of one subject. Each has the subject's tag; others are never returned, updated or
// deleted.

/** Lists all instances, newest first. */
export async function listConnections(service: Service, owner: Owner): Promise<Connection[]> {
  const response = await service.ask('list', lookup(owner.tag));
  if (response.isSuccess && response.hasNextPage) {
    throw new HttpError(502, 'There are more connections than can be listed.', {
      reported: "The service answered with the first page of the subject's instances, of several.",
    });
  }
  // The service may ignore the filter.
  const isMatch = (tags: string[]) => owner.owns(tags);
  const listed = response.isSuccess ? readAll(response.json, isMatch) : undefined;
  if (listed) return listed.map((instance) => toConnection(withoutReserved(instance)));
  const error = response.error();
  if (error) throw error;
  return [];
}

/** Finds the newest instance with the page's `tag` of a key. */
export async function findInstance(
  service: Service,
  owner: Owner,
  tag: string,
): Promise<Instance | null> {
  const keyTag = await owner.keyTag(tag);
  const response = await service.ask('find', lookup(keyTag));
  // The service may ignore the filter.
  const isMatch = (tags: string[]) =>
    owner.owns(tags) && tags.some((other) => isSameTag(other, keyTag));
  const found = response.isSuccess ? readNewest(response.json, isMatch) : undefined;
  if (found !== undefined) return found && withTag(found, tag, keyTag);
  const error = response.error();
  if (error) throw error;
  return null;
}

/** Creates an instance. */
export async function createInstance(
  service: Service,
  owner: Owner,
  body: InstanceBody,
): Promise<Instance> {
  const tag = body.tags?.find(isKeyTag);
  const keyTag = tag && (await owner.keyTag(tag));
  const others = body.tags?.filter((other) => other !== tag) ?? [];
  // First, because a service that limits the number of tags drops the last ones.
  const tags = [owner.tag, ...(keyTag ? [keyTag] : []), ...others];
  const response = await service.ask('create', '/instances', { ...body, tags });
  const created = readOwn(response, owner, body);
  return tag && keyTag ? withTag(created, tag, keyTag) : withoutReserved(created);
}

/** Updates the instance `id`, if it belongs to the owner. */
export async function updateInstance(
  service: Service,
  owner: Owner,
  id: number,
  body: InstanceBody,
): Promise<Instance> {
  const path = `/instances/${id}`;
  const deadline = service.deadline();
  const present = readPresentTags(await service.ask('check', path, undefined, deadline), owner, id);
  // Tags are kept unless the page sends others; the tags of subject and key are always kept.
  const others = body.tags ?? present.filter((tag) => !isReservedTag(tag));
  const keyTags = present.filter((tag) => isReservedTag(tag) && !isSubjectTag(tag));
  const tags = [owner.tag, ...keyTags, ...others];
  const response = await service.ask('update', path, { ...body, tags }, deadline);
  const updated = readOwn(response, owner, body);
  if (updated.id !== id) throw notOwn();
  return withoutReserved(updated);
}

/** Deletes the instance `id`, if it belongs to the owner, once `prepare` has resolved. */
export async function deleteInstance(
  service: Service,
  owner: Owner,
  id: number,
  prepare: () => Promise<void>,
): Promise<void> {
  const path = `/instances/${id}`;
  readPresentTags(await service.ask('check', path), owner, id);
  await prepare();
  // With a new deadline, because `prepare` may have taken long.
  const error = (await service.ask('delete', path)).error();
  if (error) throw error;
}

/** Removes the package's own tags. */
export function withoutReserved<T extends ListedInstance>(instance: T): T {
  return { ...instance, tags: instance.tags?.filter((tag) => !isReservedTag(tag)) };
}

function lookup(tag: string): string {
  // Some servers refuse brackets that are not percent-encoded.
  return `/instances?tags%5B%5D=${encodeURIComponent(tag)}`;
}

/** Replaces the service's `keyTag` with the page's `tag`, and removes the package's other tags. */
function withTag(instance: Instance, tag: string, keyTag: string): Instance {
  const tags = instance.tags?.map((other) => (isSameTag(other, keyTag) ? tag : other));
  return { ...instance, tags: tags?.filter((other) => other === tag || !isReservedTag(other)) };
}

/** Returns the tags of the instance `id`; throws unless it belongs to the owner. */
function readPresentTags(response: ServiceResponse, owner: Owner, id: number): string[] {
  const isFound = response.isSuccess && readField(response.json, 'id') === id;
  const present = (isFound && readTags(response.json)) || [];
  if (!owner.owns(present)) throw response.error();
  return present;
}

/** Returns the created or updated instance; throws if its tags name another owner. */
function readOwn(response: ServiceResponse, owner: Owner, sent: InstanceBody): Instance {
  const instance = response.isSuccess ? readInstance(response.json) : undefined;
  if (!instance) throw response.error();
  if (owner.belongsToAnother(instance.tags ?? [])) throw notOwn();
  return { ...instance, storeUrl: sent.configuration['store.url'] };
}

/** An error after which the page does not retry. */
function notOwn(): HttpError {
  return new HttpError(500, 'The service answered with another instance.');
}
