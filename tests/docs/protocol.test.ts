import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Owner } from '../../js/handler/owner.js';
import { makeHandler, pageRequest } from '../handler/served-handler.js';
import { readDocument } from '../snippets.js';

const PROTOCOL = readDocument('docs/protocol.md');

/** The rows of PROTOCOL that match. */
const rows = (pattern: RegExp) => [...PROTOCOL.matchAll(pattern)].map(([, ...cells]) => cells);

suite('docs/protocol.md', () => {
  test('has digests as the handler makes them', async () => {
    const examples = rows(/^\| `(.+)` \| `(.+)` \| `([0-9a-f]{40})` \| `([0-9a-f]{40})` \|$/gm);
    assert.equal(examples.length, 2);
    for (const [subject = '', key, ofSubject, ofKey] of examples) {
      const request = new Request('https://shop.example');
      const owner = await Owner.of(request, () => ({ subject }));
      const tags = [owner.tag, await owner.keyTag(`idempotency-key:${key}`)];
      assert.deepEqual(tags, [`subject:${ofSubject}`, `idempotency-key:${ofKey}`]);
    }
  });

  test('has the routes of the handler, with all methods of each', async () => {
    const documented = new Map<string, string[]>();
    for (const [method = '', path = ''] of rows(/^\| `([A-Z]+) (\/[^?`]*)\S*` \|/gm)) {
      documented.set(path, [...(documented.get(path) ?? []), method].sort());
    }
    assert.deepEqual([...documented.keys()].length, 3);
    const handle = makeHandler({ allowDisconnect: true });
    for (const [path, methods] of documented) {
      const request = pageRequest(path.replace('<id>', '5'), { method: 'PATCH' });
      const { status, headers } = await handle(request);
      const allowed = headers.get('allow')?.split(', ').sort();
      assert.deepEqual([status, allowed], [405, methods], path);
    }
  });
});
