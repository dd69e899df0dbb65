/** A request to the service. `check` gets an instance before it is updated or deleted. */
export type Task = 'list' | 'find' | 'create' | 'check' | 'update' | 'delete';

/** A response without a usable instance. */
export interface Answer {
  /** 0 for a redirect whose status the platform hides. */
  status: number;
  /** The sender by its body: the service, another handler, a web page, or anything else. */
  who: 'service' | 'handler' | 'page' | 'unknown';
  isObject: boolean;
  /** Whether the body has a `providerMessage`. */
  hasProviderMessage: boolean;
  /** The service's `message`, redacted. */
  says: string | undefined;
}

/** The error response to the page. */
export interface Meaning {
  status: number;
  source?: 'service';
  created?: false;
  message: string;
  /** The message for `onError`, if it differs. */
  reported?: string;
}

const HOW = {
  service: '',
  handler: ', as another handler does',
  page: ' with a web page',
  unknown: ', but not as the service does',
};

/**
 * Returns what `answer` to `task` means for the page; `none` if a lookup found nothing, or if an
 * instance to delete no longer exists.
 */
export function meaningOf(task: Task, answer: Answer): Meaning | 'none' {
  const { status, who, isObject, says } = answer;
  const kind = Math.floor(status / 100);
  if (status === 0 || kind === 3) {
    const advice = 'it has to end in /elements/api-v2, without a sign-in or a slash at its end';
    return { status: 500, message: `A redirect answered at the handler's baseUrl: ${advice}.` };
  }
  if (kind === 2 && who === 'page') {
    const message = `A web page answered ${status} at the handler's baseUrl: it has to end in /elements/api-v2.`;
    return { status: 500, message };
  }
  if (kind === 2 && task === 'delete') return 'none';
  if (kind === 2 && task === 'check' && isObject) {
    return missing("The instance is not one of the subject's.");
  }
  // Rate limits and timeouts, from any server.
  if ([408, 429, 499].includes(status) || (kind === 5 && who === 'service')) {
    return { ...passOn(status, says), ...(status === 429 && { created: false }) };
  }
  if (kind === 4) {
    const refusal = meaningOfRefusal(task, answer);
    return refusal === 'none' ? refusal : { ...refusal, created: false };
  }
  if (kind === 5) {
    return {
      status: 502,
      message: 'Something between the handler and the service failed.',
      reported: `A server between this one and the service answered ${status}${HOW[who]}.`,
    };
  }
  return unreadable(status, kind === 2 && task === 'create');
}

function meaningOfRefusal(task: Task, answer: Answer): Meaning | 'none' {
  const { status, who, isObject, hasProviderMessage, says } = answer;
  const isSent = task === 'create' || task === 'update';
  if (isSent && hasProviderMessage) return passOn(status, says);
  if (who === 'service' && status === 401 && !hasProviderMessage) {
    const advice =
      'check userSecret and organizationSecret, and whether baseUrl is of their region';
    return {
      status: 500,
      message: "The service did not accept the account's secrets.",
      reported: `The service answered 401: ${advice}.`,
    };
  }
  const isLookup = task === 'find' || task === 'list';
  if (isLookup && status === 404 && who !== 'handler') {
    // Instead of an empty list.
    return isObject ? 'none' : unreadable(status, false);
  }
  if (who === 'handler' || (who !== 'service' && task === 'create' && isMissing(status))) {
    return {
      status: 500,
      message: 'The service is not at its address: check baseUrl.',
      reported: `The server at baseUrl answered ${status}${HOW[who]}: check baseUrl.`,
    };
  }
  if (who !== 'service') {
    return {
      status: 500,
      message: 'Something between the handler and the service refused.',
      reported: `A server between this one and the service answered ${status}${HOW[who]}: is it a firewall or a proxy?`,
    };
  }
  if (task === 'create' && isMissing(status)) {
    return {
      status: 500,
      message: 'The service does not know the connector bigcommerce, or baseUrl is wrong.',
      reported: `The service answered ${status}: the account has no connector bigcommerce, or baseUrl is wrong.`,
    };
  }
  if (task === 'delete' && status === 404) return 'none';
  if (task === 'check') {
    return missing(`The service answered ${status} when the instance was looked up.`);
  }
  return passOn(status, says);
}

function isMissing(status: number): boolean {
  return status === 404 || status === 405;
}

function passOn(status: number, says: string | undefined): Meaning {
  const message = `The service answered ${status}`;
  return {
    status,
    source: 'service',
    message: `${message}.`,
    ...(says && { reported: `${message}: ${says}` }),
  };
}

/** The update or deletion is not sent, so nothing is created. */
function missing(reported: string): Meaning {
  return { status: 404, created: false, message: 'There is no such instance.', reported };
}

function unreadable(status: number, isLikelyCreated: boolean): Meaning {
  const outcome = isLikelyCreated ? ' It has likely created an instance.' : '';
  return {
    status: 502,
    message: 'The response of the service cannot be read.',
    reported: `The service answered ${status}, and the response cannot be read: check baseUrl.${outcome}`,
  };
}
