import { resolve } from 'node:path';
import { rspack } from '@rspack/core';

const [, , script] = process.argv;
const output = { path: resolve('out'), filename: script };
rspack({ mode: 'production', entry: `./${script}`, output }, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(String(stats));
});
