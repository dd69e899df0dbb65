import { readField } from './fields.js';
import { HttpError } from './http-error.js';
import { type Instance, readInstance, readNewest, readTags } from './instance.js';
import type { Owner } from './owner.js';
import { type InstanceBody, withTags } from './rules.js';
import type { Service, ServiceResponse } from './service.js';
import { isKeyTag, isReservedTag, isSameTag, isSubjectTag } from './tags.js';

// The instances of one subject: each carries its tag, and no other is handed out or updated.

/** The newest instance that carries the page's `tag` of a key, where there is one. */
export async function findInstance(
  service: Service,
  owner: Owner,
  tag: string,
): Promise<Instance | null> {
  const keyTag = await owner.keyTag(tag);
  const path = `/instances?tags[]=${encodeURIComponent(keyTag)}`;
  const response = await service.get(path, service.deadline());
  if (response.status === 404) {
    // What the service says in place of an empty list.
    if (response.isFromHandler) throw response.wrongBaseUrl();
    if (response.isHtml) throw response.unreadable();
    return null;
  }
  if (!response.isSuccess) throw response.error();
  // The service may ignore what was asked for.
  const found = readNewest(
    response.json,
    (tags) => owner.owns(tags) && tags.some((own) => isSameTag(own, keyTag)),
  );
  if (found === undefined) throw response.unreadable();
  return found && withTag(found, tag, keyTag);
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
  const response = await service.send(
    'POST',
    '/instances',
    service.deadline(),
    withTags(body, tags),
  );
  const created = readOwn(response, owner);
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
  const present = readPresentTags(await service.get(path, deadline), owner, id);
  // Tags stay unless the page gives others; the tags of subject and key always stay.
  const others = body.tags ?? present.filter((tag) => !isReservedTag(tag));
  const keyTags = present.filter((tag) => isReservedTag(tag) && !isSubjectTag(tag));
  const tags = [owner.tag, ...keyTags, ...others];
  const response = await service.send('PUT', path, deadline, withTags(body, tags));
  const updated = readOwn(response, owner);
  if (updated.id !== id) throw notOwn();
  return withoutReserved(updated);
}

/** The instance without the tags that are the package's own. */
export function withoutReserved(instance: Instance): Instance {
  return { ...instance, tags: instance.tags?.filter((tag) => !isReservedTag(tag)) };
}

/** The instance with the page's `tag` for the service's `keyTag`: the page knows it by that. */
function withTag(instance: Instance, tag: string, keyTag: string): Instance {
  const tags = instance.tags?.map((own) => (isSameTag(own, keyTag) ? tag : own));
  return { ...instance, tags: tags?.filter((own) => own === tag || !isReservedTag(own)) };
}

/**
 * The tags of the owner's instance `id`. Until the owner is known, an error of the service says
 * nothing of it, so that nobody learns which ids are taken.
 */
function readPresentTags(response: ServiceResponse, owner: Owner, id: number): string[] {
  const { status, requestId, nothingCreated, retryHeaders: headers } = response;
  const reported = { message: `${response.summary} when the instance was looked up.`, requestId };
  if (status === 401) throw response.wrongSecrets();
  if (status === 429) {
    const message = 'Cloud Elements got too many calls.';
    throw new HttpError(429, message, { source: 'service', nothingCreated, headers, reported });
  }
  if (status >= 500 && status <= 599) {
    throw new HttpError(502, 'Cloud Elements failed.', { reported });
  }
  const isFound = response.isSuccess && readField(response.json, 'id') === id;
  const present = (isFound && readTags(response.json)) || [];
  if (!owner.owns(present)) {
    // An update creates nothing, and this one was not even sent.
    throw new HttpError(404, 'There is no such instance.', {
      nothingCreated: true,
      reported: isFound ? { message: "The instance is not one of the subject's." } : reported,
    });
  }
  return present;
}

/** The instance that was created or updated, where it is not another's by what the service says. */
function readOwn(response: ServiceResponse, owner: Owner): Instance {
  if (!response.isSuccess) throw response.error();
  const instance = readInstance(response.json);
  if (!instance) throw response.unreadable();
  if (owner.belongsToAnother(instance.tags ?? [])) throw notOwn();
  return instance;
}

/** Not an error that is tried again. */
function notOwn(): HttpError {
  return new HttpError(500, 'Cloud Elements answered with another instance.');
}
