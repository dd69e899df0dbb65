import { Lines, linesOf, type Message, TERMS, type Term, type Text, type Texts } from '../base.js';
import type {
  BigCommerceAuthError,
  ConfigFields,
  ConfigIssue,
  ConfigIssueCode,
  ElementInstance,
  ErrorCode,
} from '../index.js';
import type { Kind } from './credentials-file.js';
import type { ElementTexts } from './english.js';
import type { FieldName } from './form.js';

/**
 * The page's own texts: for states, for each error code, and for what is wrong with a field, by
 * field and code (`storeUrl.scheme`), by field, or by code; the first that is there is shown. Or the
 * texts of a language, as a whole.
 */
export type ConnectMessages = {
  /** The language of these texts; without it, they count as in the page's. */
  lang?: string | undefined;
  /** The direction of its script. */
  dir?: string | undefined;
  connecting?: string | (() => string) | undefined;
  connected?: Message<ElementInstance> | undefined;
  /** The store is connected, but the page's owner has switched the connection off. */
  connectedDisabled?: Message<ElementInstance> | undefined;
  /** BigCommerce's file has filled these controls. */
  filled?: Message<FieldName[]> | undefined;
  /** BigCommerce's file is of a kind of account that the form does not ask for. */
  otherKind?: Message<Kind> | undefined;
  /** A file is not BigCommerce's. */
  otherFile?: string | (() => string) | undefined;
} & { [Code in ErrorCode]?: Message<BigCommerceAuthError & { code: Code }> | undefined } & {
  [Name in FieldName | ConfigIssueCode | `${FieldName}.${ConfigIssueCode}`]?:
    | Message<ConfigIssue>
    | undefined;
} & {
  [Name in 'offline' | 'nameLabel' | 'notSetUp' | 'notFinished' | 'noWebAssembly']?:
    | string
    | (() => string)
    | undefined;
};

const KINDS: Record<Kind, Term> = {
  'store-level': { term: 'store-level API account' },
  legacy: { term: 'Legacy API account' },
};

/** Seconds to wait where the service names none. */
const DEFAULT_WAIT = 60;

/** What merchants read after a form was filled from a file. */
export function textOfFilled(fields: FieldName[]): Text {
  return {
    names: ['filled'],
    subject: fields,
    values: (texts) => ({ fields: fields.map((name) => labelOf(name, texts)) }),
  };
}

/** What merchants read about a file whose credentials the form does not ask for. */
export function textOfOtherKind(kind: Kind): Text {
  return { names: ['otherKind'], subject: kind, values: () => ({ kind: KINDS[kind] }) };
}

export function textOfConnected(instance: ElementInstance): Text {
  return {
    names: [instance.disabled ? 'connectedDisabled' : 'connected'],
    subject: instance,
    values: () => ({ id: instance.id, name: instance.name }),
  };
}

/** What merchants read about an error in the status; `issues` are those that no field shows. */
export function textOf(
  error: BigCommerceAuthError,
  config: Partial<ConfigFields>,
  issues: ConfigIssue[],
  isMerchants: boolean,
): Text {
  const { providerMessage, serviceMessage, requestId, retryAfter } = error as {
    providerMessage?: string;
    serviceMessage?: string;
    requestId?: string;
    retryAfter?: number;
  };
  return {
    names: [...variantOf(error, config, isMerchants), error.code],
    subject: error,
    values: (texts) => ({
      issues: issues.length > 0 ? listOf(issues, texts) : undefined,
      wait: waitingTime(retryAfter ?? DEFAULT_WAIT, texts.language.lang),
      providerMessage,
      serviceMessage: providerMessage === undefined ? serviceMessage : undefined,
      requestId,
    }),
  };
}

/** Each issue with its field, in a line. */
function listOf(issues: ConfigIssue[], texts: Texts): Lines {
  const lines = issues.flatMap((issue) => {
    const field = labelOf(issue.path.join('.'), texts);
    const values = { field, issue: texts.lines(textOfIssue(issue)) };
    return linesOf('{field}: {issue}', values).lines;
  });
  return new Lines(lines);
}

/** What merchants know a field as; of others, its path. */
function labelOf(path: string, texts: Texts): Term | Lines {
  return path === 'name'
    ? texts.lines({ names: ['nameLabel'] })
    : { term: TERMS[path as keyof typeof TERMS] ?? path };
}

/** The text for an error, where its code alone does not decide that. */
function variantOf(
  error: BigCommerceAuthError,
  { userSecret, instanceId }: Partial<ConfigFields>,
  isMerchants: boolean,
): (keyof ElementTexts)[] {
  const { code } = error;
  // Such as when the host could not store the instance, which the next call finds.
  if (code === 'ERR_HANDLER' && error.status === 500 && error.mayHaveCreated) {
    return ['notFinished'];
  }
  const isOurs =
    code === 'ERR_HANDLER' ||
    (code === 'ERR_CONFIG' && !isMerchants) ||
    // Who has the account's own secrets need not sign in.
    (code === 'ERR_UNAUTHORIZED' && userSecret !== undefined) ||
    (code === 'ERR_NOT_FOUND' && instanceId === undefined);
  if (isOurs) return ['notSetUp'];
  // Such as with the Lockdown Mode of Apple's devices.
  return code === 'ERR_LOAD' && !('WebAssembly' in globalThis) ? ['noWebAssembly'] : [];
}

/** How long the service asks to wait. */
function waitingTime(seconds: number, lang: string): string {
  const isLong = seconds >= 60;
  const [count, unit] = isLong ? [seconds / 60, 'minute'] : [Math.max(seconds, 1), 'second'];
  const format = new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.ceil(count));
}

/** What merchants read about an issue. */
export function textOfIssue(issue: ConfigIssue): Text {
  const { code, params, message, path } = issue;
  const [name] = path;
  return {
    names: [`${name}.${code}`, String(name), code],
    subject: issue,
    values: () => params ?? {},
    otherwise: message,
  };
}
