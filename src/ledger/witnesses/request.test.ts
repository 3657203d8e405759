import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { consistencyProof } from '../tree/proof.ts';
import { leafHash, rootOfList } from '../tree/tree.ts';
import { formatAddCheckpoint, judgeAddCheckpoint, openAddCheckpoint, parseAddCheckpoint } from './request.ts';

const leaves = Array.from({ length: 40 }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const headAt = (size: number) => ({ size, root: rootOfList(leaves.slice(0, size)) });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a request is read as it was written', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.array(hash, { maxLength: 63 }), fc.string(), (oldSize, proof, checkpoint) => {
      fc.pre(checkpoint.isWellFormed());
      expect(parseAddCheckpoint(utf8(formatAddCheckpoint({ oldSize, proof, checkpoint })))).toEqual({
        oldSize,
        proof,
        checkpoint,
      });
    }),
  );
});

test('no bytes make the witness stumble: each is refused as malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      expect(openAddCheckpoint(body, [])).toMatchObject({ status: 400 });
    }),
  );
});

test('a head is cosigned exactly if the sender knows the last size and the new head contains it', () => {
  const size = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(size, size, size, (last, old, next) => {
      const proof = old <= next ? consistencyProof(old, leaves.slice(0, next)) : [];
      const request = { origin: 'o', head: headAt(next), text: '', note: '', oldSize: old, proof };
      const { status } = judgeAddCheckpoint(request, last === 0 ? undefined : headAt(last));
      expect(status).toBe(old > next ? 400 : old !== last ? 'stale' : 'cosign');
    }),
    { numRuns: 500 },
  );
});

test('no other proof than the right one leads from one head to a later one', () => {
  const later = fc.tuple(fc.integer({ min: 1, max: 39 }), fc.integer({ min: 1, max: 40 })).filter(([a, b]) => a < b);
  fc.assert(
    fc.property(later, fc.nat(), hash, ([old, next], at, other) => {
      const right = consistencyProof(old, leaves.slice(0, next));
      const i = at % right.length;
      for (const proof of [right.with(i, other), right.toSpliced(i, 1), right.toSpliced(i, 0, other)]) {
        const request = { origin: 'o', head: headAt(next), text: '', note: '', oldSize: old, proof };
        expect(judgeAddCheckpoint(request, headAt(old))).toMatchObject({ status: 422 });
      }
    }),
  );
});
