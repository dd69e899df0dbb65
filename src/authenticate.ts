import { Call, type Failure } from './call.js';
import { BigCommerceAuthError } from './error.js';
import { forget, load } from './load.js';
import type { AuthenticateConfig, ElementInstance } from './types.js';

const FIELDS = [
  'username',
  'password',
  'storeUrl',
  'name',
  'tags',
  'userSecret',
  'organizationSecret',
  'baseUrl',
  'instanceId',
  'events',
  'idempotencyKey',
  'signal',
  'timeout',
] as const satisfies (keyof AuthenticateConfig)[];

/**
 * Connects a BigCommerce store: creates an instance of the Cloud Elements element `bigcommerce`, or
 * updates the one named by `instanceId`.
 *
 * @throws {@link BigCommerceAuthError}, and nothing else. Every call settles within its `timeout`.
 */
export async function authenticateBigCommerce(
  config: AuthenticateConfig,
): Promise<ElementInstance> {
  const { fields, call } = begin(config);
  const loading = load();
  try {
    const core = await call.until(loading);
    const instance = await call.until(core.authenticateBigCommerce(fields, call));
    // A copy, because several calls can wait for one answer.
    return { ...instance, ...(instance.tags && { tags: [...instance.tags] }) };
  } catch (failure) {
    forget(loading);
    if (failure instanceof BigCommerceAuthError) throw failure;
    throw call.error(isFailure(failure) ? failure : brokenModule(failure));
  } finally {
    call.end();
  }
}

/** Whether the module itself says so, with a plain object. */
function isFailure(value: unknown): value is Failure {
  return typeof (value as Failure | null)?.code === 'string';
}

/** For what is thrown in its place: out of memory, say. */
function brokenModule(cause: unknown): Failure {
  return { code: 'ERR_LOAD', message: 'The WebAssembly module broke down.', cause };
}

function begin(config: AuthenticateConfig): { fields: Partial<AuthenticateConfig>; call: Call } {
  try {
    const fields = snapshot(config);
    return { fields, call: new Call(fields?.signal, fields?.timeout) };
  } catch {
    throw new BigCommerceAuthError({
      code: 'ERR_CONFIG',
      message: 'The config is not usable: reading it throws.',
      issues: [{ path: [], message: 'Cannot be read: reading it throws.' }],
      mayHaveCreated: false,
    });
  }
}

/**
 * Reads each field once, now: what the caller changes later, while the module is being loaded, is
 * not part of this call. What is no object is left for the rules to refuse.
 */
function snapshot(config: AuthenticateConfig): Partial<AuthenticateConfig> {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  const fields = Object.create(null);
  // The known ones by name, for they may be inherited; of the others, the object's own.
  for (const name of new Set([...FIELDS, ...Object.keys(config)])) {
    const value = config[name as keyof AuthenticateConfig];
    fields[name] = name === 'signal' ? value : copy(value);
  }
  return fields;
}

/** The same data, all the way down. */
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    // Not by its own methods or iterator, which need not be an array's.
    return Array.from({ length: value.length }, (_, index) => copy(value[index]));
  }
  const object = Object.create(null);
  for (const key of Object.keys(value)) object[key] = copy(value[key as keyof typeof value]);
  return object;
}
