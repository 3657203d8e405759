import { hex, type Vectors } from './primitives.ts';

const byHand = 'Written by hand from the text of the specification';

const trace = '<think>\n1. First.\n2. Second.\n3. Third.\n</think>\n<answer>Yes.</answer>';
const wellFormed = (id: string, text: string, steps: string[], answer: string): object => ({
  id,
  input: { text },
  expected: { steps, answer },
});

export const traces: Vectors = {
  name: 'traces',
  spec: 'cts-1 §5',
  source: byHand,
  encoding: 'text is the recorded text; steps and answer are what it says',
  cases: [
    wellFormed('as it is written after edits', trace, ['First.', 'Second.', 'Third.'], 'Yes.'),
    wellFormed('opening tag missing', '1. A.\n2. B.\n</think><answer>C</answer>', ['A.', 'B.'], 'C'),
    wellFormed('white space around the blocks', ' \n<think>1. A.</think>\n\n<answer> C \n</answer>\n ', ['A.'], 'C'),
    wellFormed(
      'a step of several lines',
      '<think>\n1. A\n  goes on\n\n2. B.\n</think><answer>C</answer>',
      ['A goes on', 'B.'],
      'C',
    ),
    wellFormed(
      'other marks of steps',
      '<think>1) A\n2、乙\n3．丙\n４ 丁\n5）戊</think><answer>C</answer>',
      ['A', '乙', '丙 ４ 丁', '戊'],
      'C',
    ),
    wellFormed('no numbers', '<think>A\nB</think><answer>C</answer>', ['A B'], 'C'),
    wellFormed('an empty step is dropped', '<think>1. A\n2.\n3. C</think><answer>D</answer>', ['A', 'C'], 'D'),
    wellFormed(
      'four digits begin no step',
      '<think>1. In\n2026. it was.</think><answer>D</answer>',
      ['In 2026. it was.'],
      'D',
    ),
    wellFormed('an answer of several lines', '<think>1. A</think><answer>B\nC</answer>', ['A'], 'B\nC'),
  ] as Vectors['cases'],
  mustReject: [
    ['no thinking', '<answer>Yes.</answer>'],
    ['empty thinking', '<think>\n \n</think><answer>Yes.</answer>'],
    ['thinking twice', '<think>1. A</think><think>1. B</think><answer>C</answer>'],
    ['opening tag twice', '<think><think>1. A</think><answer>C</answer>'],
    ['no answer', '<think>1. A</think>'],
    ['answer not closed', '<think>1. A</think><answer>C'],
    ['empty answer', '<think>1. A</think><answer> </answer>'],
    ['answer twice', '<think>1. A</think><answer>C</answer><answer>D</answer>'],
    ['text before', 'Well: <think>1. A</think><answer>C</answer>'],
    ['text between', '<think>1. A</think> so <answer>C</answer>'],
    ['text behind', '<think>1. A</think><answer>C</answer> Done.'],
    ['the blocks the other way round', '<answer>C</answer><think>1. A</think>'],
  ].map(([id, text]) => ({ id: id ?? '', input: { text } })),
};

const result = (...steps: string[]): string =>
  `<think>\n${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}\n</think>\n<answer>Yes.</answer>`;
const edited = (id: string, edits: object[], text: string): Vectors['cases'][number] => ({
  id,
  input: { text: trace, edits },
  expected: { text, sha256: hex(text) },
});

export const edits: Vectors = {
  name: 'edits',
  spec: 'cts-1 §5',
  source: `${byHand}; digests by scripts/build-vectors.ts`,
  encoding: 'edits as in an event, without their reasons; text and sha256 of the result',
  cases: [
    edited('replace', [{ op: 'replace', step: 2, text: 'Better.' }], result('First.', 'Better.', 'Third.')),
    edited('delete', [{ op: 'delete', step: 1 }], result('Second.', 'Third.')),
    edited(
      'insert before the first',
      [{ op: 'insert', after: 0, text: 'New.' }],
      result('New.', 'First.', 'Second.', 'Third.'),
    ),
    edited(
      'insert behind the last',
      [{ op: 'insert', after: 3, text: 'New.' }],
      result('First.', 'Second.', 'Third.', 'New.'),
    ),
    edited(
      'several inserts at one place keep their order',
      [
        { op: 'insert', after: 1, text: 'One.' },
        { op: 'insert', after: 1, text: 'Two.' },
      ],
      result('First.', 'One.', 'Two.', 'Second.', 'Third.'),
    ),
    edited(
      'step numbers are those before any edit',
      [
        { op: 'delete', step: 1 },
        { op: 'replace', step: 3, text: 'Last.' },
        { op: 'insert', after: 1, text: 'New.' },
      ],
      result('New.', 'Second.', 'Last.'),
    ),
    edited('answer', [{ op: 'answer', text: 'No.' }], result('First.', 'Second.', 'Third.').replace('Yes.', 'No.')),
    edited(
      'the last answer counts',
      [
        { op: 'answer', text: 'No.' },
        { op: 'answer', text: 'It depends.' },
      ],
      result('First.', 'Second.', 'Third.').replace('Yes.', 'It depends.'),
    ),
    edited(
      'all steps deleted and one inserted',
      [1, 2, 3].map((step): object => ({ op: 'delete', step })).concat({ op: 'insert', after: 2, text: 'New.' }),
      result('New.'),
    ),
    edited(
      'text with a dollar sign and a tag',
      [{ op: 'replace', step: 1, text: '$& costs <b>5 $' }],
      result('$& costs <b>5 $', 'Second.', 'Third.'),
    ),
  ],
  mustReject: (
    [
      ['a step that does not exist', [{ op: 'replace', step: 4, text: 'x' }]],
      ['step 0', [{ op: 'delete', step: 0 }]],
      ['an insert behind a step that does not exist', [{ op: 'insert', after: 4, text: 'x' }]],
      [
        'a step replaced twice',
        [
          { op: 'replace', step: 1, text: 'x' },
          { op: 'replace', step: 1, text: 'y' },
        ],
      ],
      [
        'a step replaced and deleted',
        [
          { op: 'replace', step: 1, text: 'x' },
          { op: 'delete', step: 1 },
        ],
      ],
      ['no step left', [1, 2, 3].map((step) => ({ op: 'delete', step }))],
    ] as const
  ).map(([id, list]) => ({ id, input: { text: trace, edits: list } })),
};

const splitOf = (salt: string, group: string, trainShare: number): Vectors['cases'][number] => {
  const digits = hex(`${salt}\n${group}`).slice(0, 13); // 52 bits
  const split = Number(BigInt(`0x${digits}`)) / 2 ** 52 < trainShare ? 'train' : 'validation';
  return { id: `${group} at ${trainShare}`, input: { salt, group, trainShare }, expected: { split } };
};

export const splits: Vectors = {
  name: 'splits',
  spec: 'cts-1 §9, V13',
  source: 'Computed by scripts/build-vectors.ts on Node built-ins, from the text of the specification',
  encoding: 'texts are UTF-8',
  cases: ['g-1', 'g-2', 'g-3', 'g-4', '组-5', 'k-en-001'].flatMap((group) =>
    [0, 0.5, 0.9, 1].map((share) => splitOf('safemed-r1', group, share)),
  ),
};

const prompts = {
  system: { en: 'You are careful.', zh: '你很谨慎。' },
  trace: {
    guard: { en: 'Think, then answer.\n\n{question}\n\nEnd.', zh: '先想后答。\n\n{question}' },
    knowledge: { en: '{question}', zh: '{question}' },
  },
};
const asked = (id: string, question: object, system: string, user: string): Vectors['cases'][number] => ({
  id,
  input: { prompts, question },
  expected: {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
  },
});

export const prompting: Vectors = {
  name: 'prompts',
  spec: 'cts-1 §8.1, member prompt',
  source: byHand,
  encoding: 'prompts as in cts-policy/1, question as in a row',
  cases: [
    asked(
      'text only',
      { kind: 'guard', language: 'en', text: 'How?' },
      'You are careful.',
      'Think, then answer.\n\nHow?\n\nEnd.',
    ),
    asked('Chinese', { kind: 'guard', language: 'zh', text: '怎么办？' }, '你很谨慎。', '先想后答。\n\n怎么办？'),
    asked(
      'another language is asked in English',
      { kind: 'guard', language: 'de', text: 'Wie?' },
      'You are careful.',
      'Think, then answer.\n\nWie?\n\nEnd.',
    ),
    asked(
      'context and options',
      {
        kind: 'knowledge',
        language: 'en',
        context: [{ text: 'A case.' }, { text: 'A finding.' }],
        text: 'Which?',
        options: [
          { label: 'A', text: 'This' },
          { label: 'B', text: 'That' },
        ],
      },
      'You are careful.',
      'A case.\n\nA finding.\n\nWhich?\n\nA. This\nB. That',
    ),
    asked(
      'replacement marks stay as they are',
      { kind: 'knowledge', language: 'en', text: '$& or {question}?' },
      'You are careful.',
      '$& or {question}?',
    ),
  ],
  mustReject: [
    { id: 'no template for the kind', input: { prompts, question: { kind: 'ethics', language: 'en', text: 'x' } } },
  ],
};
