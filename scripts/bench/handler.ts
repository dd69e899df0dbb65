// Measures the handler: the time of a call with and without it, and the memory of many calls at once.
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getRequestListener } from '@hono/node-server';
import { instanceBody } from '../../tests/handler/instance-body.js';
import { makeHandler, PAGE_HEADERS } from '../../tests/handler/served-handler.js';
import { serve } from '../../tests/server.js';

/** Milliseconds: the median, and the range of the middle 90 %. */
export interface Spread {
  median: number;
  from: number;
  to: number;
}

const BODY = JSON.stringify(instanceBody({ tags: ['onboarding'] }));
const INSTANCE = JSON.stringify({ id: 5, token: 't', name: 'My shop', tags: ['onboarding'] });

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Serves a service that answers once `mayAnswer` resolves, and the handler in front of it. */
async function start(mayAnswer: () => Promise<void>) {
  const service = await serve(async (request, response) => {
    await text(request);
    await mayAnswer();
    response.writeHead(200, { 'content-type': 'application/json' }).end(INSTANCE);
  });
  const handler = await serve(getRequestListener(makeHandler({ baseUrl: service.origin })));
  const agent = new Agent({ keepAlive: true });
  return {
    service: service.origin,
    handler: handler.origin,
    async create(origin: string): Promise<void> {
      const status = await new Promise((resolve, reject) => {
        httpRequest(`${origin}/instances`, { method: 'POST', agent, headers: PAGE_HEADERS })
          .on('error', reject)
          .on('response', (response) => {
            response.on('end', () => resolve(response.statusCode)).resume();
          })
          .end(BODY);
      });
      if (status !== 200) throw new Error(`The response was ${status}.`);
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await handler[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** The time of one call after the other, alternately direct and through the handler. */
export async function measureTime(calls: number): Promise<{ direct: Spread; through: Spread }> {
  await using servers = await start(async () => undefined);
  const direct: number[] = [];
  const through: number[] = [];
  const time = async (origin: string) => {
    const start = performance.now();
    await servers.create(origin);
    return performance.now() - start;
  };
  for (let call = -calls / 4; call < calls; call++) {
    const times = [await time(servers.service), await time(servers.handler)] as const;
    // The first calls only warm up.
    if (call < 0) continue;
    direct.push(times[0]);
    through.push(times[1]);
  }
  return { direct: spread(direct), through: spread(through) };
}

/** The bytes in use after each round of `atOnce` calls, which are all in flight at the same time. */
export async function measureMemory(rounds: number, atOnce: number): Promise<number[]> {
  let waiting: (() => void)[] = [];
  await using servers = await start(
    () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length < atOnce) return;
        for (const response of waiting) response();
        waiting = [];
      }),
  );
  const used: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await Promise.all(Array.from({ length: atOnce }, () => servers.create(servers.handler)));
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    used.push(heapUsed + external);
  }
  return used;
}

export function spread(times: number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), from: at(0.05), to: at(0.95) };
}
