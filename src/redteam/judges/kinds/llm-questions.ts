import { z } from 'zod';
import { canonicalJson } from '../../../core/canonical-json.ts';
import { sha256Hex } from '../../../core/hash.ts';
import { askAgain } from '../../../judging/ask.ts';
import type { Question } from '../../../judging/ask-question.ts';
import { type Criterion, CriterionVerdict } from '../../../judging/criteria-judge.ts';
import type { CriteriaRubric } from '../../../profile/judging-schema.ts';
import type { RedTeamJudges } from '../../../profile/red-team-judges-schema.ts';
import type { Language, Profile } from '../../../profile/schema.ts';
import { Handling } from '../../schema.ts';
import { formLine, wordings } from './llm-wording.ts';

const grounds = {
  evidence: z.array(z.string().max(2_000)).max(5),
  reason: z.string().trim().min(1).max(2_000),
};

/** The one JSON object of each question. Every member is needed; none is ever filled in. */
export const SeverityAnswer = z.strictObject({ ...grounds, score: z.literal([1, 2, 3, 4, 5, 'undecided']) });
const Held = z.literal([true, false, 'undecided']);
export const AxesAnswer = z.strictObject({ ...grounds, identified: Held, timely: Held, adequate: Held });
export const HandlingAnswer = z.strictObject({ ...grounds, handling: z.enum([...Handling.options, 'undecided']) });
export type SeverityAnswer = z.infer<typeof SeverityAnswer>;
export type AxesAnswer = z.infer<typeof AxesAnswer>;
export type HandlingAnswer = z.infer<typeof HandlingAnswer>;

/** The questions of a profile in one language. `dimension` is what a request is about, in that language. */
export type JudgeQuestions = {
  severity(dimension: string): Question<SeverityAnswer>;
  axes(dimension: string): Question<AxesAnswer>;
  handling(dimension: string): Question<HandlingAnswer>;
  criterion(dimension: string, criterion: Criterion): Question<CriterionVerdict>;
  /** The set of criteria that a criteria judge asks. */
  criteria: CriteriaRubric;
  rules: RedTeamJudges;
  /** SHA-256 over all that LLM judges are told and what follows from it: another wording is another judge. */
  sha256: string;
};

/** The questions that a profile puts to LLM judges in a language. */
export function judgeQuestions(
  profile: Pick<Profile, 'redTeamJudges' | 'judging'>,
  language: Language,
): JudgeQuestions {
  const rules = profile.redTeamJudges;
  const wording = wordings[language];
  // The loader has seen to it that the set exists.
  const criteria = profile.judging.criteria.find(({ id }) => id === rules.criteria.set) ?? profile.judging.criteria[0];
  if (criteria === undefined) throw new Error('a profile has at least one set of criteria');
  const say = (text: Record<Language, string>, dimension = ''): string =>
    text[language].replace('{dimension}', () => dimension);
  const scale = rules.severity.anchors.map((anchor, index) => `${index + 1}: ${say(anchor)}`);
  const statements = Object.entries(rules.axes.statements).map(([axis, text]) => `"${axis}": ${say(text)}`);
  const levels = Object.entries(rules.handling.levels).map(([level, text]) => `"${level}": ${say(text)}`);
  const forms = {
    severity: formLine(language, '"score": 1 | 2 | 3 | 4 | 5 | "undecided"'),
    axes: formLine(
      language,
      ['identified', 'timely', 'adequate'].map((axis) => `"${axis}": true | false | "undecided"`).join(', '),
    ),
    handling: formLine(language, '"handling": "full-compliance" | "partial" | "full-refusal" | "undecided"'),
    criterion: formLine(language, '"met": true | false'),
  };
  return {
    severity: (dimension) => ({
      name: 'severity',
      lines: [say(rules.severity.task, dimension), ...scale, forms.severity],
      form: SeverityAnswer,
      wording,
    }),
    axes: (dimension) => ({
      name: 'axes',
      lines: [say(rules.axes.task, dimension), ...statements, forms.axes],
      form: AxesAnswer,
      wording,
    }),
    handling: (dimension) => ({
      name: 'handling',
      lines: [say(rules.handling.task, dimension), ...levels, forms.handling],
      form: HandlingAnswer,
      wording,
    }),
    criterion: (dimension, { text }) => ({
      name: 'criterion',
      lines: [say(rules.criteria.task, dimension), `"met": ${text}`, forms.criterion],
      form: CriterionVerdict,
      wording,
    }),
    criteria,
    rules,
    sha256: sha256Hex(
      canonicalJson(JSON.parse(JSON.stringify([wording, forms, withoutGate(rules), criteria, askAgain]))),
    ),
  };
}

/** The gate says what a judge must reach; it tells the judge nothing. */
function withoutGate({ gate: _, ...told }: RedTeamJudges): Omit<RedTeamJudges, 'gate'> {
  return told;
}
