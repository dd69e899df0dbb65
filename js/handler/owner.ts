import { readField } from './fields.js';
import { type Details, refusal } from './http-error.js';
import type { Subject } from './options.js';
import { isSameTag, isSubjectTag, keyTagOf, subjectTag } from './tags.js';

const MAX_SUBJECT = 256;

/** What a template makes of a value that is not there, or of an object, such as a promise. */
const NOBODY = /^(?:undefined|null|NaN|\[object \w*\])$/;

/** Who is asking, and what belongs to them. */
export class Owner {
  /** As `authorize` gave it. */
  readonly subject: Subject['subject'];
  /** The tag of their instances. */
  readonly tag: string;

  private constructor(subject: Subject['subject'], tag: string) {
    this.subject = subject;
    this.tag = tag;
  }

  /** The one that `authorize` names for `request`, which it gets without its body. */
  static async of(request: Request, authorize: (request: Request) => unknown): Promise<Owner> {
    let authorized: unknown;
    let subject: unknown;
    try {
      authorized = await authorize(request);
      subject = readField(authorized, 'subject');
    } catch (cause) {
      throw unknownOwner({ reported: 'authorize threw: the cause says what.', cause });
    }
    if (authorized === null) throw refusal(401, 'Nobody is signed in.');
    if (!isSubject(subject)) {
      throw unknownOwner({
        reported:
          'authorize must give { subject } or null; a subject is a safe integer, a bigint or a string of 1 to 256 characters, and no "undefined", "null", "NaN" or "[object …]".',
      });
    }
    return new Owner(subject, await subjectTag(String(subject)));
  }

  /** The service's tag for the page's tag of a key. */
  keyTag(tag: string): Promise<string> {
    return keyTagOf(String(this.subject), tag);
  }

  /** Whether an instance with these tags is theirs, and nobody else's. */
  owns(tags: readonly string[]): boolean {
    const [tag = '', ...others] = tags.filter(isSubjectTag);
    return isSameTag(tag, this.tag) && others.length === 0;
  }

  /** Whether an instance with these tags is another's; without a tag of a subject, it has no owner. */
  belongsToAnother(tags: readonly string[]): boolean {
    return tags.some((tag) => isSubjectTag(tag) && !isSameTag(tag, this.tag));
  }
}

function unknownOwner(details: Details) {
  return refusal(500, 'The user could not be identified.', details);
}

function isSubject(value: unknown): value is Subject['subject'] {
  if (typeof value !== 'string') return typeof value === 'bigint' || Number.isSafeInteger(value);
  const isUsable = value !== '' && value.length <= MAX_SUBJECT && !/\p{Cs}/u.test(value);
  return isUsable && !NOBODY.test(value);
}
