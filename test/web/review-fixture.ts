import type { WorkItem } from '../../src/review/drafts/schema.ts';

const anchors = [1, 2, 3, 4, 5].map((point) => ({ en: `Anchor ${point}.`, zh: `描述${point}。` }));
const named = (code: string) => ({ code, name: { en: code, zh: '名称' } });

/** An item with two criteria and three steps, as the server gives it. */
export const item: WorkItem = {
  assignment: {
    id: '11111111-1111-4111-8111-111111111111',
    round: 1,
    reviewer: 'ana',
    kind: 'knowledge',
    language: 'en',
    state: 'leased',
    why: [{ code: 'track' }],
    leasedAt: '2026-01-01T10:00:00.000Z',
    leaseUntil: '2026-01-01T10:20:00.000Z',
  },
  question: {
    id: 'q1',
    kind: 'knowledge',
    language: 'en',
    text: 'Which dose?',
    context: [],
    options: [],
    answer: [],
    dimensions: [],
    citation: 'none',
  },
  trace: {
    sha256: '0'.repeat(64),
    steps: ['One.', 'Two.', 'Three.'],
    answer: 'B',
  },
  rubric: {
    track: 'medical',
    version: '1',
    name: { en: 'Rubric', zh: '标准' },
    criteria: ['facts', 'language'].map((id) => ({ id, name: { en: id, zh: '准则' }, veto: false, anchors })),
    dimensions: [],
  },
  reasons: ['wrong-fact', 'missing-step', 'other'].map(named),
  severities: ['minor', 'major', 'critical'].map(named),
  minimumScore: 4,
  guidelineVersion: 3,
};
