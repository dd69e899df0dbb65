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
 * The page's own texts: for states, for each error code, and for issues, by field and code
 * (`storeUrl.scheme`), by field, or by code. The first match is used. The texts of a whole language
 * are possible, too.
 */
export type ConnectMessages = {
  /** The language of these texts; by default, that of the page. */
  lang?: string | undefined;
  /** The direction of the language: `ltr` or `rtl`. */
  dir?: string | undefined;
  connecting?: string | (() => string) | undefined;
  connected?: Message<ElementInstance> | undefined;
  /** The store is connected, but the connection is disabled at the service. */
  connectedDisabled?: Message<ElementInstance> | undefined;
  /** BigCommerce's file has filled these controls. */
  filled?: Message<FieldName[]> | undefined;
  /** BigCommerce's file has the credentials of a kind of account that the form does not ask for. */
  otherKind?: Message<Kind> | undefined;
  /** The file is not BigCommerce's. */
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

/** The default wait before a retry, in seconds. */
const DEFAULT_WAIT = 60;

/** Returns the text for a form that was filled from a file. */
export function textOfFilled(fields: FieldName[]): Text {
  return {
    names: ['filled'],
    subject: fields,
    values: (texts) => ({ fields: fields.map((name) => labelOf(name, texts)) }),
  };
}

/** Returns the text for a file whose credentials the form does not ask for. */
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

/**
 * Returns the text of an error for the status. `issues` are those that no field shows. `isFixable`
 * says whether the form has controls for all of them.
 */
export function textOf(
  error: BigCommerceAuthError,
  config: Partial<ConfigFields>,
  issues: ConfigIssue[],
  isFixable: boolean,
): Text {
  const { providerMessage, serviceMessage, requestId, retryAfter } = error as {
    providerMessage?: string;
    serviceMessage?: string;
    requestId?: string;
    retryAfter?: number;
  };
  return {
    names: [...variantOf(error, config, isFixable), error.code],
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

/** Returns a line for each issue, with its field. */
function listOf(issues: ConfigIssue[], texts: Texts): Lines {
  const lines = issues.flatMap((issue) => {
    const field = labelOf(issue.path.join('.'), texts);
    const values = { field, issue: texts.lines(textOfIssue(issue)) };
    return linesOf('{field}: {issue}', values).lines;
  });
  return new Lines(lines);
}

/** Returns the label of a field, or the path of any other value. */
function labelOf(path: string, texts: Texts): Term | Lines {
  return path === 'name'
    ? texts.lines({ names: ['nameLabel'] })
    : { term: TERMS[path as keyof typeof TERMS] ?? path };
}

/** Returns the name of a text that fits an error better than that of its code, if there is one. */
function variantOf(
  error: BigCommerceAuthError,
  { userSecret, instanceId }: Partial<ConfigFields>,
  isFixable: boolean,
): (keyof ElementTexts)[] {
  const { code } = error;
  // For example, if the host could not store the instance. The next call finds it.
  if (code === 'ERR_HANDLER' && error.status === 500 && error.mayHaveCreated) {
    return ['notFinished'];
  }
  const isSetupError =
    code === 'ERR_HANDLER' ||
    (code === 'ERR_CONFIG' && !isFixable) ||
    // With the account's own secrets, there is no session to sign in to.
    (code === 'ERR_UNAUTHORIZED' && userSecret !== undefined) ||
    (code === 'ERR_NOT_FOUND' && instanceId === undefined);
  if (isSetupError) return ['notSetUp'];
  // For example, in the Lockdown Mode of Apple's devices.
  return code === 'ERR_LOAD' && !('WebAssembly' in globalThis) ? ['noWebAssembly'] : [];
}

/** Formats the wait before a retry, rounded up. */
function waitingTime(seconds: number, lang: string): string {
  const isLong = seconds >= 60;
  const [count, unit] = isLong ? [seconds / 60, 'minute'] : [Math.max(seconds, 1), 'second'];
  const format = new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.ceil(count));
}

/** Returns the text of an issue. */
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
