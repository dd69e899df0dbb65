import { after, before, suite } from 'node:test';
import { type Consumer, makeConsumer } from './consumer.js';
import { NODE, PAGE, REACT, SANDBOX, testTypes } from './types.js';

suite("The package's types", { timeout: 600_000 }, () => {
  let consumer: Consumer;
  before(async () => {
    consumer = await makeConsumer('with React 19');
  });
  after(() => consumer?.[Symbol.dispose]());

  for (const code of [PAGE, SANDBOX, NODE, REACT]) testTypes(code, () => consumer);
});
