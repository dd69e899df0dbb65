import { suite } from 'node:test';
import { testFrameworks } from '../framework.js';
import { react, solid, svelte, vue } from '../frameworks.js';

suite('The element, in', { timeout: 600_000 }, () => {
  testFrameworks([react('React 18')], 'with React 18');
  testFrameworks([vue, svelte, solid], 'with frameworks');
});
