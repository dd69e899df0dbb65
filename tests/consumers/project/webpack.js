import { resolve } from 'node:path';
import webpack from 'webpack';

const [, , script] = process.argv;
const output = { path: resolve('out'), filename: script };
webpack({ mode: 'production', entry: `./${script}`, output }, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(String(stats));
});
