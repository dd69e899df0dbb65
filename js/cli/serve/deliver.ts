// Notifies the host's back end of instances, as Standard Webhooks specifies:
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { ProxyOptions } from '../../proxy.js';
import { call } from './call.js';

/** The timeout of each attempt, in seconds. Three attempts and the pauses take less than 20. */
const MAX_WAIT = 6;

/** The pauses before the second and the third attempt, in milliseconds. */
const PAUSES = [500, 1000];

/** Creates the callbacks of `createProxy` that deliver to `url`, signed with `key`. */
export function makeDeliveries(
  url: string,
  key: string,
): Pick<ProxyOptions, 'onInstance' | 'onDisconnect'> {
  const webhook = new Webhook(key);

  async function deliver(type: string, data: object): Promise<void> {
    const id = randomUUID();
    const payload = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
    for (let attempt = 0; ; attempt++) {
      const error = await send(payload, id);
      if (!error) return;
      const pause = PAUSES[attempt];
      if (pause === undefined) throw error;
      await delay(pause);
    }
  }

  /** Returns an error unless the payload is delivered. */
  async function send(payload: string, id: string): Promise<Error | undefined> {
    const now = new Date();
    try {
      const { status } = await call('INSTANCE_URL', url, MAX_WAIT, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': webhook.sign(id, now, payload),
        },
        body: payload,
      });
      const isDelivered = status >= 200 && status < 300;
      const advice = status === 401 ? ' Does the back end have the same INSTANCE_KEY?' : '';
      return isDelivered ? undefined : new Error(`INSTANCE_URL answered ${status}.${advice}`);
    } catch (error) {
      return error as Error;
    }
  }

  return {
    onInstance({ id, token, name, tags }, { subject, outcome, storeUrl }) {
      const data = { subject: String(subject), id, token, name, tags, storeUrl, outcome };
      return deliver('instance.connected', data);
    },
    onDisconnect({ id }, { subject }) {
      return deliver('instance.disconnected', { subject: String(subject), id });
    },
  };
}
