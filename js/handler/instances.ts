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

// The instances of one subject: each carries its tag, and no other is handed out, updated or deleted.

/** All instances, newest first. */
export async function listConnections(service: Service, owner: Owner): Promise<Connection[]> {
  const response = await service.ask('list', lookup(owner.tag));
  if (response.isSuccess && response.hasNextPage) {
    throw new HttpError(502, 'There are more connections than can be listed.', {
      reported: "The service answered with the first page of the subject's instances, of several.",
    });
  }
  // The service may ignore what was asked for.
  const isWanted = (tags: string[]) => owner.owns(tags);
  const listed = response.isSuccess ? readAll(response.json, isWanted) : undefined;
  if (listed) return listed.map((instance) => toConnection(withoutReserved(instance)));
  const error = response.error();
  if (error) throw error;
  return [];
}

/** The newest instance that carries the page's `tag` of a key, where there is one. */
export async function findInstance(
  service: Service,
  owner: Owner,
  tag: string,
): Promise<Instance | null> {
  const keyTag = await owner.keyTag(tag);
  const response = await service.ask('find', lookup(keyTag));
  // The service may ignore what was asked for.
  const isWanted = (tags: string[]) =>
    owner.owns(tags) && tags.some((own) => isSameTag(own, keyTag));
  const found = response.isSuccess ? readNewest(response.json, isWanted) : undefined;
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
  const others = body.tags?.filter((own) => own !== tag) ?? [];
  // In front, because a service that keeps only so many drops the last.
  const tags = [owner.tag, ...(keyTag ? [keyTag] : []), ...others];
  const response = await service.ask('create', '/instances', { ...body, tags });
  const created = readOwn(response, owner, body);
  return tag && keyTag ? withTag(created, tag, keyTag) : withoutReserved(created);
}

/** Updates the instance `id`, where it is the owner's. */
export async function updateInstance(
  service: Service,
  owner: Owner,
  id: number,
  body: InstanceBody,
): Promise<Instance> {
  const path = `/instances/${id}`;
  const deadline = service.deadline();
  const present = readPresentTags(await service.ask('check', path, undefined, deadline), owner, id);
  // Tags stay unless the page gives others; the tags of subject and key always stay.
  const others = body.tags ?? present.filter((tag) => !isReservedTag(tag));
  const keyTags = present.filter((tag) => isReservedTag(tag) && !isSubjectTag(tag));
  const tags = [owner.tag, ...keyTags, ...others];
  const response = await service.ask('update', path, { ...body, tags }, deadline);
  const updated = readOwn(response, owner, body);
  if (updated.id !== id) throw notOwn();
  return withoutReserved(updated);
}

/** Deletes the instance `id` once `prepare` has resolved, where it is the owner's. */
export async function deleteInstance(
  service: Service,
  owner: Owner,
  id: number,
  prepare: () => Promise<void>,
): Promise<void> {
  const path = `/instances/${id}`;
  readPresentTags(await service.ask('check', path), owner, id);
  await prepare();
  // With a deadline of its own, for that may have taken long.
  const error = (await service.ask('delete', path)).error();
  if (error) throw error;
}

/** The instance without the tags that are the package's own. */
export function withoutReserved<T extends ListedInstance>(instance: T): T {
  return { ...instance, tags: instance.tags?.filter((tag) => !isReservedTag(tag)) };
}

function lookup(tag: string): string {
  // Some servers refuse brackets as they are.
  return `/instances?tags%5B%5D=${encodeURIComponent(tag)}`;
}

/** The instance with the page's `tag` for the service's `keyTag`: the page knows it by that. */
function withTag(instance: Instance, tag: string, keyTag: string): Instance {
  const tags = instance.tags?.map((own) => (isSameTag(own, keyTag) ? tag : own));
  return { ...instance, tags: tags?.filter((own) => own === tag || !isReservedTag(own)) };
}

/** The tags of the instance `id`, where it is the owner's. */
function readPresentTags(response: ServiceResponse, owner: Owner, id: number): string[] {
  const isFound = response.isSuccess && readField(response.json, 'id') === id;
  const present = (isFound && readTags(response.json)) || [];
  if (!owner.owns(present)) throw response.error();
  return present;
}

/** The instance that was created or updated, where it is not another's by what the service says. */
function readOwn(response: ServiceResponse, owner: Owner, sent: InstanceBody): Instance {
  const instance = response.isSuccess ? readInstance(response.json) : undefined;
  if (!instance) throw response.error();
  if (owner.belongsToAnother(instance.tags ?? [])) throw notOwn();
  return { ...instance, storeUrl: sent.configuration['store.url'] };
}

/** Not an error that is tried again. */
function notOwn(): HttpError {
  return new HttpError(500, 'The service answered with another instance.');
}
