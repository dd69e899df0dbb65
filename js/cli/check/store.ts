import { readFile } from 'node:fs/promises';
import { kindOf, parseCredentialsFile } from '../../element/credentials-file.js';
import { readField } from '../../handler/fields.js';
import { readTags } from '../../handler/instance.js';
import { SECRETS } from '../../handler/rules.js';
import { whoAnswered } from '../../handler/service.js';
import { BigCommerceAuthError, createIdempotencyKey } from '../../index.js';
import { type Account, describeNoMatch, reasonOf } from './account.js';
import { type Answer, NoAnswer, type Report } from './report.js';
import { type Exchange, type Removal, Trial } from './trial.js';
import { type Way, waysOf } from './ways.js';

/** Errors of the service after which another credential may connect. */
const REFUSALS = ['ERR_REJECTED', 'ERR_FORBIDDEN', 'ERR_SERVER'];

const NAMES = { legacy: 'Legacy API account', 'store-level': 'store-level API account' };

/** `refused`: another credential may connect. */
type Outcome = 'connected' | 'refused' | 'failed';

interface Context {
  account: Account;
  report: Report;
  signal: AbortSignal;
}

/** Creates an instance with the credentials in `file`, checks it, and deletes it. */
export async function checkStore(file: string, context: Context): Promise<void> {
  const { account, report } = context;
  const ways = await readWays(file, report);
  let outcome: Outcome = 'refused';
  for (const way of ways) {
    const trial = new Trial(account);
    try {
      outcome = await tryWay(way, trial, context);
    } finally {
      const removal = await trial.remove();
      reportRemoval(removal, trial, report);
    }
    if (outcome !== 'refused') return;
  }
  if (ways.length === 0) return;
  report.add('credentials', 'Does any of these credentials connect the store?', {
    state: 'problem',
    answer: 'No.',
    advice:
      'Does the API account still exist in BigCommerce, with the values of this file? Otherwise ask the service what its connector bigcommerce takes.',
  });
}

/** Returns the ways to connect with the credentials in `file`; none if it has no credentials. */
async function readWays(file: string, report: Report): Promise<Way[]> {
  const question = 'Does the file hold the credentials of an API account?';
  const ways = await report.ask('file', question, async () => {
    const text = await readFile(file, 'utf8').catch(({ code }) => {
      throw new NoAnswer(`It cannot be read (${code}).`);
    });
    const found = parseCredentialsFile(text);
    const kind = found && kindOf(found);
    const value = kind ? waysOf(found, kind) : [];
    if (!kind || value.length === 0) {
      const advice =
        'It has lines such as ACCESS TOKEN: …, CLIENT ID: … and API PATH: …, or USERNAME: …, API TOKEN: … and API PATH: ….';
      // Characters that result from UTF-16 and older encodings.
      const answer = /[\0\ufffd]/.test(text) ? 'No: it is not in UTF-8.' : 'No.';
      return { state: 'problem', answer, advice };
    }
    const { username, password, clientId, accessToken, clientSecret } = found;
    report.hide(username, password, clientId, accessToken, clientSecret);
    return { state: 'ok', answer: `Yes: of a ${NAMES[kind]}.`, value };
  });
  return ways ?? [];
}

/** Connects in one way, and checks the instance. */
async function tryWay(way: Way, trial: Trial, context: Context): Promise<Outcome> {
  const { report, account, signal } = context;
  const created = await report.ask<Exchange | 'refused'>('credential', way.question, async () => {
    try {
      const value = await trial.create(way, signal);
      report.hide(value.instance.token);
      return { ...way.connects, value };
    } catch (error) {
      const { isRefusal, reason } = readFailure(error, signal);
      const value = isRefusal ? 'refused' : undefined;
      return { state: isRefusal ? 'note' : 'problem', answer: `No: ${reason}`, value };
    }
  });
  if (created === undefined || created === 'refused') return created ?? 'failed';
  const { token } = created.instance;
  const isAnswered = await report.ask('store', 'Does the store answer through it?', async () => {
    const path = '/hubs/ecommerce/ping';
    const { status, says, json } = await account.request('GET', path, signal, token);
    if (status === 200) {
      const answer = 'Yes: the ping is answered 200.';
      return { state: 'ok', answer, basis: 'documented', value: true };
    }
    const said = readField(json, 'providerMessage') ?? says ?? '';
    return { state: 'problem', answer: `No: the ping is answered ${status}. ${said}` };
  });
  await observe(created, way, trial, context);
  return isAnswered ? 'connected' : 'refused';
}

/** Checks how the service treats the instance. */
async function observe(
  created: Exchange,
  way: Way,
  trial: Trial,
  { account, report, signal }: Context,
): Promise<void> {
  const { id, token } = created.instance;
  const present = await report.ask('tags', 'Do its tags come back as they were sent?', async () => {
    const { json } = await account.request('GET', `/instances/${id}`, signal);
    return { ...describeTags(trial.tags, readTags(json) ?? []), value: json };
  });
  await report.ask('lookup', 'Does a lookup by its tag find it?', async () =>
    describeLookup(await trial.find(signal)),
  );
  await report.ask('no-match', 'How is a lookup of another tag answered?', async () =>
    describeNoMatch(await account.find(`idempotency-key:${createIdempotencyKey()}`, signal)),
  );
  const renewed = await report.ask('renewal', 'Can it be renewed?', async () => {
    const value = await trial.renew(id, way, signal).catch((error) => {
      throw new NoAnswer(`No: ${readFailure(error, signal).reason}`);
    });
    report.hide(value.instance.token);
    return { state: 'ok', answer: 'Yes, with PUT.', basis: 'documented', value };
  });
  if (renewed) {
    report.add('token', 'Does its token stay the same?', describeToken(token, renewed));
  }
  const all = { POST: created.received, GET: present, PUT: renewed?.received };
  const responses = Object.entries(all).filter(([, response]) => response !== undefined);
  if (responses.length > 0) {
    const masks = describeMasks(created.sent.configuration, responses);
    report.add('masks', 'Are the credentials masked in responses?', masks);
  }
}

function describeLookup(waited: number | undefined): Answer {
  if (waited === undefined) {
    const advice =
      'After a lost response the package would create a second instance. Ask the service for support.';
    return { state: 'problem', answer: 'No.', basis: 'documented otherwise', advice };
  }
  if (waited === 0) return { state: 'ok', answer: 'Yes.', basis: 'documented' };
  const advice = 'Nothing to do: after a lost response the package looks for 7.5 seconds.';
  const answer = `Yes, after ${waited / 1000} seconds.`;
  return { state: 'note', answer, basis: 'not documented', advice };
}

function describeTags(sent: readonly string[], received: readonly string[]): Answer {
  const missing = sent.filter((tag) => !received.includes(tag));
  if (missing.length > 0) {
    const advice =
      'The package and your server find instances by their tags. Ask the service for support.';
    const answer = `No: of ${sent.length}, ${missing.length} are missing or changed.`;
    return { state: 'problem', answer, basis: 'documented otherwise', advice };
  }
  const basis = 'not documented';
  if (sent.every((tag, at) => received[at] === tag)) {
    return { state: 'ok', answer: 'Yes, in the same order.', basis };
  }
  const advice =
    'Nothing to do: the package does not rely on the order. Your code must not either.';
  return { state: 'note', answer: 'Yes, in another order.', basis, advice };
}

function describeToken(token: string, renewed: Exchange): Answer {
  const basis = 'not documented';
  if (renewed.instance.token === token) return { state: 'ok', answer: 'Yes.', basis };
  const advice = 'Store the token that a renewal returns: onInstance gets it.';
  return { state: 'note', answer: 'No: PUT returns a new one.', basis, advice };
}

/** Describes which `responses` contain the secret settings that were sent. */
function describeMasks(sent: object, responses: [method: string, response: unknown][]): Answer {
  // The handler passes on no oauth.user.token.
  const names = [...SECRETS, 'oauth.user.token'];
  const secrets = names.filter((name) => readField(sent, name) !== undefined);
  const isClear = ([, response]: [string, unknown]) => {
    const configuration = readField(response, 'configuration');
    return secrets.some((name) => readField(configuration, name) === readField(sent, name));
  };
  const methodsOf = (some: typeof responses) => some.map(([method]) => method);
  const clear = methodsOf(responses.filter(isClear));
  const masked = methodsOf(responses.filter((response) => !isClear(response)));
  const answer = [
    masked.length > 0 && `Masked or left out in ${masked.join(', ')}.`,
    clear.length > 0 && `In clear in ${clear.join(', ')}.`,
  ].filter((part) => part !== false);
  if (clear.length === 0) return { state: 'ok', answer: answer.join(' '), basis: 'documented' };
  return {
    state: 'note',
    answer: answer.join(' '),
    basis: clear.includes('GET') ? 'documented otherwise' : 'documented',
    advice: 'Log no response of the service. The package passes on none of their settings.',
  };
}

function reportRemoval(
  { deleted, left, unmarked, mayExist, refusal }: Removal,
  { name }: Trial,
  report: Report,
): void {
  const parts = [
    deleted.length > 0 && `Yes: ${deleted.join(', ')}.`,
    left.length > 0 && `Still there: ${left.join(', ')}. ${refusal}`,
    unmarked.length > 0 && `Left alone, because without its tag: ${unmarked.join(', ')}.`,
    mayExist && `Not known: a POST has no response, and the service finds no instance of it.`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return;
  const isClean = left.length + unmarked.length === 0 && !mayExist;
  report.add('removal', 'Is everything deleted that was created?', {
    state: isClean ? 'ok' : 'problem',
    answer: parts.join(' '),
    advice: isClean ? undefined : `Look for the name "${name}" in your account, and delete it.`,
  });
}

function readFailure(error: unknown, signal: AbortSignal): { isRefusal: boolean; reason: string } {
  signal.throwIfAborted();
  if (!(error instanceof BigCommerceAuthError)) throw error;
  if (error.code === 'ERR_CONFIG') {
    const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { isRefusal: false, reason: issues.join(' ') };
  }
  if (error.code === 'ERR_NETWORK') {
    // The error's message is for pages, and mentions CORS.
    return { isRefusal: false, reason: `No response: ${reasonOf(error.cause)}.` };
  }
  // A gateway's 5xx says nothing about the credential.
  const isRefusal = REFUSALS.includes(error.code) && whoAnswered(error) === 'service';
  const said = readField(error, 'providerMessage');
  const reason = typeof said === 'string' ? `BigCommerce says: ${said}` : error.message;
  return { isRefusal, reason };
}
