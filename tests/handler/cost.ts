// What the handler costs: time beside a direct call, and memory under many calls at once.
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getRequestListener } from '@hono/node-server';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { instanceBody, serve } from './served-handler.js';

/** Milliseconds: the median, and between which the middle 90 % lie. */
export interface Spread {
  median: number;
  from: number;
  to: number;
}

const BODY = JSON.stringify(instanceBody({ tags: ['onboarding'] }));
const INSTANCE = JSON.stringify({ id: 5, token: 't', name: 'My shop', tags: ['onboarding'] });

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** A service that answers at once, and the handler in front of it, all on connections that stay. */
async function start(arrived: () => Promise<void>) {
  const service = await serve(async (request, response) => {
    await text(request);
    await arrived();
    response.writeHead(200, { 'content-type': 'application/json' }).end(INSTANCE);
  });
  const handler = await serve(
    getRequestListener(
      createProxy({
        userSecret: 'bench/user+secret',
        organizationSecret: 'bench/organization+secret',
        baseUrl: service.origin,
        authorize: () => ({ subject: 'merchant' }),
      }),
    ),
  );
  const agent = new Agent({ keepAlive: true });
  return {
    service: service.origin,
    handler: handler.origin,
    /** Creates an instance, as a page does. */
    async create(origin: string): Promise<void> {
      const status = await new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
        httpRequest(`${origin}/instances`, { method: 'POST', agent, headers })
          .on('error', reject)
          .on('response', (response) => {
            response.on('end', () => resolve(response.statusCode)).resume();
          })
          .end(BODY);
      });
      if (status !== 200) throw new Error(`The answer was ${status}.`);
    },
    async close(): Promise<void> {
      agent.destroy();
      await handler.close();
      await service.close();
    },
  };
}

/** How long one call takes at a time, direct and through the handler by turns. */
export async function measureTime(calls: number): Promise<{ direct: Spread; through: Spread }> {
  const parts = await start(async () => undefined);
  const direct: number[] = [];
  const through: number[] = [];
  const time = async (origin: string) => {
    const begin = performance.now();
    await parts.create(origin);
    return performance.now() - begin;
  };
  try {
    for (let call = -calls / 4; call < calls; call++) {
      const times = [await time(parts.service), await time(parts.handler)] as const;
      // The first ones only warm it up.
      if (call < 0) continue;
      direct.push(times[0]);
      through.push(times[1]);
    }
  } finally {
    await parts.close();
  }
  return { direct: spread(direct), through: spread(through) };
}

/** The bytes in use after each round of `atOnce` calls that are all under way at one moment. */
export async function measureMemory(rounds: number, atOnce: number): Promise<number[]> {
  let waiting: (() => void)[] = [];
  const parts = await start(
    () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length < atOnce) return;
        for (const answer of waiting) answer();
        waiting = [];
      }),
  );
  const used: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      await Promise.all(Array.from({ length: atOnce }, () => parts.create(parts.handler)));
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      used.push(heapUsed + external);
    }
  } finally {
    await parts.close();
  }
  return used;
}

/** Over all of them. */
export function spread(times: number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), from: at(0.05), to: at(0.95) };
}
