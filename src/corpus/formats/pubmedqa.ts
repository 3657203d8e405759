import { z } from 'zod';
import { labelled } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, otherTags, parseRecord } from './format.ts';

const decisions = ['yes', 'no', 'maybe'];

const articleSchema = z.looseObject({
  QUESTION: z.string(),
  CONTEXTS: z.array(z.string()).nullish(),
  LABELS: z.array(z.string()).nullish(),
  LONG_ANSWER: z.string().nullish(),
  final_decision: z.string().nullish(),
});

const memberSchema = z.strictObject({ key: z.string(), value: z.unknown() });

const placed = ['QUESTION', 'CONTEXTS', 'LABELS', 'LONG_ANSWER', 'final_decision'];

/** PubMedQA (PQA-L and its unlabelled and artificial parts): one object keyed by PMID, the abstract's sections as context. */
export const pubmedqaFormat: Format = {
  name: 'pubmedqa',
  role: 'questions',
  mapper:
    async ({ options }) =>
    (value) => {
      const member = parseRecord(memberSchema, value);
      if ('skipped' in member) return member;
      const parsed = parseRecord(articleSchema, member.record.value);
      if ('skipped' in parsed) return parsed;
      const { QUESTION, CONTEXTS, LABELS, LONG_ANSWER, final_decision } = parsed.record;
      const place = final_decision ? decisions.indexOf(final_decision.trim().toLowerCase()) : undefined;
      if (place === -1) return skip('bad-answer', `final_decision: ${JSON.stringify(final_decision)}`);
      const choices = labelled(decisions);
      const right = place === undefined ? undefined : choices[place];
      return {
        draft: {
          kind: options.kind ?? 'knowledge',
          text: QUESTION,
          options: choices,
          answer: right === undefined ? [] : [right.label],
          context: (CONTEXTS ?? []).map((text, at) => ({ ...labelOf(LABELS?.[at]), text })),
          ...(LONG_ANSWER ? { explanation: LONG_ANSWER } : {}),
          originalId: member.record.key,
          source: { kind: 'research', citation: `PubMedQA (Jin et al. 2019), PMID ${member.record.key}` },
          usualLicence: 'MIT',
          tags: otherTags(parsed.record, placed),
        },
      };
    },
};

function labelOf(label: string | undefined): { label?: string } {
  return label ? { label } : {};
}

/** PubMedQA's `test_ground_truth.json`: PMID → decision. It has no questions; it marks and checks those of the other file. */
export const pubmedqaGroundTruthFormat: Format = {
  name: 'pubmedqa-ground-truth',
  role: 'ground-truth',
  mapper: async ({ note }) => {
    note('Holds decisions by PMID and no questions: import it together with the file of articles that it belongs to.');
    return (value) => {
      const member = parseRecord(memberSchema, value);
      if ('skipped' in member) return member;
      const answer = String(member.record.value).trim().toLowerCase();
      if (!decisions.includes(answer)) return skip('bad-answer', `decision: ${JSON.stringify(member.record.value)}`);
      return { companion: { key: member.record.key, answer, tags: { split: 'test', ground_truth: answer } } };
    };
  },
};
