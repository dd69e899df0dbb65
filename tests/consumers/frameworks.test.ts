import { suite } from 'node:test';
import { testFrameworks } from './framework.js';
import { react } from './frameworks.js';

suite('The element, in', { timeout: 600_000 }, () => {
  testFrameworks([react('React 19')], 'with React 19');
});
