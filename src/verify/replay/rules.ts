import { AppError } from '../../core/error.ts';
import {
  asObject,
  asText,
  flagAt,
  integerAt,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  optionalTextAt,
  textAt,
} from '../fields.ts';

/** `cts-policy/1`: the data of a `policy.published` event. What a release is judged by, in the log before it is sealed. */
export const policyVersion = 'cts-policy/1';

export type Bilingual = { readonly en: string; readonly zh: string };

export type RubricRule = {
  readonly kind: string;
  readonly track: string;
  /** The role a person needs to review questions of this kind. */
  readonly role: string;
  readonly version: string;
  readonly criteria: readonly { readonly id: string; readonly name: Bilingual; readonly veto: boolean }[];
};

export type Rules = {
  readonly profile: { readonly id: string; readonly version: string; readonly digest: string };
  readonly gate: {
    readonly reviewers: number;
    readonly credentialed: boolean;
    readonly minimumScore: number;
    readonly noViolationAtOrAbove: string;
    readonly panelWhereStruck: boolean;
  };
  readonly strikes: {
    readonly limit: number;
    readonly counting: 'cumulative' | 'consecutive';
    readonly immediate: readonly string[];
  };
  readonly panel: { readonly quorum: number };
  /** Records whose content was erased after the sealing; more than that make a verification incomplete. */
  readonly limits: { readonly erased: number };
  /** Mildest first. */
  readonly severities: readonly string[];
  readonly reasons: readonly { readonly code: string; readonly name: Bilingual }[];
  readonly rubrics: readonly RubricRule[];
  readonly prompts: { readonly system: Bilingual; readonly trace: { readonly [kind: string]: Bilingual } };
  readonly split: { readonly trainShare: number; readonly salt: string };
};

/** The rules of a `policy.published` event; throws check_failed for another version or a missing field. */
export function readRules(data: JsonObject): Rules {
  const where = 'the published policy';
  const version = optionalTextAt(data, 'v', where);
  if (version !== policyVersion) throw unsupported(where, version ?? 'none', policyVersion);
  const gate = objectAt(data, 'gate', where);
  const strikes = objectAt(data, 'strikes', where);
  const split = objectAt(data, 'split', where);
  const profile = objectAt(data, 'profile', where);
  return {
    profile: {
      id: textAt(profile, 'id', where),
      version: textAt(profile, 'version', where),
      digest: textAt(profile, 'digest', where),
    },
    gate: {
      reviewers: integerAt(gate, 'reviewers', where),
      credentialed: flagAt(gate, 'credentialed', where),
      minimumScore: integerAt(gate, 'minimumScore', where),
      noViolationAtOrAbove: textAt(gate, 'noViolationAtOrAbove', where),
      panelWhereStruck: flagAt(gate, 'panelWhereStruck', where),
    },
    strikes: {
      limit: integerAt(strikes, 'limit', where),
      counting: readCounting(textAt(strikes, 'counting', where), where),
      immediate: listAt(strikes, 'immediate', where, asText),
    },
    panel: { quorum: integerAt(objectAt(data, 'panel', where), 'quorum', where) },
    limits: { erased: integerAt(objectAt(data, 'limits', where), 'erased', where) },
    severities: listAt(data, 'severities', where, asText),
    reasons: listAt(data, 'reasons', where, (item, at) => {
      const reason = asObject(item, at);
      return { code: textAt(reason, 'code', at), name: bilingualAt(reason, 'name', at) };
    }),
    rubrics: listAt(data, 'rubrics', where, (item, at) => readRubric(asObject(item, at), at)),
    prompts: readPrompts(objectAt(data, 'prompts', where), `${where}.prompts`),
    split: { trainShare: numberAt(split, 'trainShare', where), salt: textAt(split, 'salt', where) },
  };
}

function readCounting(text: string, where: string): Rules['strikes']['counting'] {
  if (text !== 'cumulative' && text !== 'consecutive')
    throw new AppError('check_failed', `${where} counts strikes in the unknown way ${JSON.stringify(text)}`);
  return text;
}

function readRubric(rubric: JsonObject, where: string): RubricRule {
  return {
    kind: textAt(rubric, 'kind', where),
    track: textAt(rubric, 'track', where),
    role: textAt(rubric, 'role', where),
    version: textAt(rubric, 'version', where),
    criteria: listAt(rubric, 'criteria', where, (item, at) => {
      const criterion = asObject(item, at);
      return {
        id: textAt(criterion, 'id', at),
        name: bilingualAt(criterion, 'name', at),
        veto: flagAt(criterion, 'veto', at),
      };
    }),
  };
}

function readPrompts(prompts: JsonObject, where: string): Rules['prompts'] {
  const trace = objectAt(prompts, 'trace', where);
  const kinds = Object.keys(trace).map((kind) => [kind, bilingualAt(trace, kind, where)] as const);
  return { system: bilingualAt(prompts, 'system', where), trace: Object.fromEntries(kinds) };
}

function bilingualAt(object: JsonObject, key: string, where: string): Bilingual {
  const texts = objectAt(object, key, where);
  return { en: textAt(texts, 'en', where), zh: textAt(texts, 'zh', where) };
}

/** The rubric by which questions of a kind are reviewed; throws check_failed where the policy has none. */
export function rubricOf(rules: Rules, kind: string): RubricRule {
  const rubric = rules.rubrics.find((one) => one.kind === kind);
  if (rubric === undefined)
    throw new AppError('check_failed', `the published policy has no rubric for ${kind} questions`);
  return rubric;
}

/** Position in the severity scale, 0 = mildest; an unknown severity ranks above all. */
export function severityRank(rules: Rules, code: string): number {
  const rank = rules.severities.indexOf(code);
  return rank < 0 ? rules.severities.length : rank;
}

/** The error for a format this program does not read: no verdict, the caller needs another version. */
export function unsupported(what: string, found: string, known: string): AppError {
  return new AppError(
    'invalid_input',
    `${what} has the version ${found}; this verifier reads ${known}. Use a newer one.`,
    {
      details: { unsupported: found },
    },
  );
}

/** True for the error of `unsupported`. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof AppError && error.details.unsupported !== undefined;
}
