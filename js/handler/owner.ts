import { readField } from './fields.js';
import { type Details, refusal } from './http-error.js';
import type { Subject } from './options.js';
import { isSameTag, isSubjectTag, keyTagOf, subjectTag } from './tags.js';

const MAX_SUBJECT = 256;

/** A missing value or an object, such as a promise, that was converted to a string. */
const NOT_A_SUBJECT = /^(?:undefined|null|NaN|\[object \w*\])$/;

/** The user of a request, who owns instances. */
export class Owner {
  /** The subject that `authorize` returned. */
  readonly subject: Subject['subject'];
  /** The tag of the owner's instances. */
  readonly tag: string;

  private constructor(subject: Subject['subject'], tag: string) {
    this.subject = subject;
    this.tag = tag;
  }

  /** Returns the owner that `authorize` names for `request`, which it gets without its body. */
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
          'authorize must return { subject } or null; a subject is a safe integer, a bigint or a string of 1 to 256 characters, and no "undefined", "null", "NaN" or "[object …]".',
      });
    }
    return new Owner(subject, await subjectTag(String(subject)));
  }

  /** Returns the service's tag for the page's tag of a key. */
  keyTag(tag: string): Promise<string> {
    return keyTagOf(String(this.subject), tag);
  }

  /** Whether an instance with these tags belongs to this owner and no other. */
  owns(tags: readonly string[]): boolean {
    const [tag = '', ...others] = tags.filter(isSubjectTag);
    return isSameTag(tag, this.tag) && others.length === 0;
  }

  /**
   * Whether an instance with these tags belongs to another owner. Without a subject's tag, it has
   * none.
   */
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
  return isUsable && !NOT_A_SUBJECT.test(value);
}
