// Measures what the package costs, on this machine.
import { cpus } from 'node:os';
import { measureMemory, measureTime, type Spread } from '../tests/proxy/cost.js';

const CALLS = 3000;
const ROUNDS = 10;
const AT_ONCE = 500;

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`);

const { direct, through } = await measureTime(CALLS);
console.log(`\nOne call of ${CALLS}, over HTTP on loopback (median, middle 90 %):`);
console.log(`  direct               ${format(direct)}`);
console.log(`  through the handler  ${format(through)}`);
console.log(`  added                ${(through.median - direct.median).toFixed(2)} ms`);

const used = await measureMemory(ROUNDS, AT_ONCE);
console.log(`\nMemory in use after each round of ${AT_ONCE} calls at once through the handler:`);
console.log(`  ${used.map((bytes) => (bytes / 1e6).toFixed(1)).join('  ')} MB`);

function format({ median, from, to }: Spread): string {
  return `${median.toFixed(2)} ms (${from.toFixed(2)} to ${to.toFixed(2)})`;
}
