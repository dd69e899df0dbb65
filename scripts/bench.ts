// Measures size, speed and memory of the package on this machine. The argument is the folder dist of
// an earlier version, for a comparison of warm calls:
//   git worktree add ../earlier <commit> && (cd ../earlier && npm run prepack)
//   npm run bench -- ../earlier/dist
import { cpus } from 'node:os';
import { measureMemory, measureTime, type Spread } from './bench/handler.js';
import { measureSizes } from './bench/sizes.js';
import { startBench } from './bench/speed.js';

const PAGES = 20;
const SLOW_PAGES = 5;
const SLOW = { latency: 400, throughput: 400_000 / 8 };
const WARM_ROUNDS = 20;
const WARM_CALLS = 100;
const PAGE_CALLS = [100, 1000, 10_000];

const CALLS = 3000;
const ROUNDS = 10;
const AT_ONCE = 500;

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`);

console.log('\nBytes that a page downloads, minified, brotli:');
for (const [client, { javascript, wasm }] of await measureSizes()) {
  const parts = wasm ? ` = ${javascript} JavaScript + ${wasm} wasm` : '';
  console.log(`  ${client.padEnd(10)}${String(javascript + wasm).padStart(6)}${parts}`);
}

{
  await using bench = await startBench(process.argv[2]);
  console.log(`\n${bench.browser}, over HTTP on loopback (median, middle 90 %):`);

  for (const [what, pages, network] of [
    ['The first call of a page', PAGES],
    ['The same on a slow network, 400 ms and 400 kbit/s', SLOW_PAGES, SLOW],
  ] as const) {
    const { byHand, preloaded, cold } = await bench.measureFirst(pages, network);
    console.log(`${what}, ${pages} pages each:`);
    console.log(`  fetch by hand        ${format(byHand)}`);
    console.log(`  after preload()      ${format(preloaded)}`);
    console.log(`  without              ${format(cold)}`);
  }

  const { byHand, element } = await bench.measureForm(SLOW_PAGES, SLOW);
  console.log(`What a merchant waits for on the slow network, ${SLOW_PAGES} pages each:`);
  for (const [name, wait] of Object.entries({ 'form by hand': byHand, element })) {
    console.log(`  ${name.padEnd(21)}from the click, fields typed: ${format(wait.typed)}`);
    console.log(`  ${name.padEnd(21)}from opening, click at once:  ${format(wait.atOnce)}`);
  }

  for (const atOnce of [1, 100]) {
    const warm = await bench.measureWarm(WARM_ROUNDS, WARM_CALLS / atOnce, atOnce);
    console.log(`${atOnce === 1 ? 'One warm call after the other' : `${atOnce} at once`}:`);
    for (const [name, { time, ratio }] of warm) {
      const times = `${ratio.median.toFixed(2)} (${ratio.from.toFixed(2)} to ${ratio.to.toFixed(2)})`;
      console.log(`  ${name.padEnd(21)}${times} times fetch by hand: ${format(time)}`);
    }
  }

  console.log('Memory of a page after this many calls, 100 at once:');
  for (const { calls, wasm, page } of await bench.measureMemory(PAGE_CALLS)) {
    const kilobytes = [wasm, page].map((bytes) => (bytes / 1000).toFixed(0));
    console.log(
      `  ${String(calls).padStart(6)}    wasm ${kilobytes[0]} kB, page ${kilobytes[1]} kB`,
    );
  }
}

const { direct, through } = await measureTime(CALLS);
console.log(`\nThe handler: one of ${CALLS} calls, over HTTP on loopback (median, middle 90 %):`);
console.log(`  direct               ${format(direct)}`);
console.log(`  through the handler  ${format(through)}`);
console.log(`  added                ${(through.median - direct.median).toFixed(2)} ms`);

const used = await measureMemory(ROUNDS, AT_ONCE);
console.log(`\nMemory in use after each round of ${AT_ONCE} calls at once through the handler:`);
console.log(`  ${used.map((bytes) => (bytes / 1e6).toFixed(1)).join('  ')} MB`);

function format({ median, from, to }: Spread): string {
  return `${median.toFixed(2)} ms (${from.toFixed(2)} to ${to.toFixed(2)})`;
}
