import { questionIdentity } from '../identity.ts';
import {
  type ImportOptions,
  type Provenance,
  Question,
  type QuestionFlag,
  type QuestionKind,
  type QuestionLanguage,
  type QuestionOption,
  type QuestionSource,
  type SkipReason,
} from '../schema.ts';
import { hasInvisible, hasPrivateUse, keptText, languageOf, textDefect } from '../text.ts';

/** What a format says about one question; ids, language, flags and provenance are the same work for all formats. */
export type Draft = {
  kind: QuestionKind;
  text: string;
  options?: QuestionOption[];
  answer?: string[];
  reference?: string;
  explanation?: string;
  context?: { label?: string; text: string }[];
  source: QuestionSource;
  tags?: Record<string, string>;
  originalId?: string;
  id?: string;
  language?: QuestionLanguage;
  dimensions?: string[];
  specialty?: string;
  /** Licence stated in the record itself. */
  licence?: string;
  /** Licence of the public set, for records that state none and imports that name none. */
  usualLicence?: string;
  group?: string;
  set?: string;
  benign?: boolean;
};

/** Answers or labels that belong to a question of another file, found by its original id. */
export type Companion = {
  key: string;
  /** The question's own text where the file repeats it; a question with another text is not the one meant. */
  text?: string;
  /** Text of the right option. */
  answer?: string;
  /** Labels of the right options, where the file gives those. */
  labels?: string[];
  tags: Record<string, string>;
};

export type Skipped = { skipped: SkipReason; detail: string };

export type Mapped = { draft: Draft } | { companion: Companion } | Skipped;

export function skip(skipped: SkipReason, detail: string): Skipped {
  return { skipped, detail };
}

/**
 * The question of a draft, or why there is none: text that cannot be stored, no text, options or answers that do not fit.
 * Without an id of its own a question gets one from its dataset and identity, so that importing it twice gives one id.
 */
export function finishDraft(draft: Draft, options: ImportOptions, provenance: Provenance): Question | Skipped {
  const texts = [
    draft.text,
    draft.reference ?? '',
    draft.explanation ?? '',
    ...(draft.options?.map((option) => option.text) ?? []),
    ...(draft.context?.map((part) => part.text) ?? []),
    ...Object.values(draft.tags ?? {}),
  ];
  for (const text of texts) {
    const defect = textDefect(text);
    if (defect !== undefined) return skip('bad-text', defect);
  }
  const stem = keptText(draft.text);
  if (stem === '') return skip('missing-text', 'the question has no text');
  const kept = draft.options?.map(({ label, text }) => ({ label, text: keptText(text) }));
  const question = assemble(
    { ...draft, text: stem, ...(kept === undefined ? {} : { options: kept }) },
    options,
    provenance,
  );
  const parsed = Question.safeParse(question);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? '');
  return skip(reasonFor(field), `${issue?.path.join('.')}: ${issue?.message}`);
}

function assemble(draft: Draft, options: ImportOptions, provenance: Provenance): Question {
  const answer = [...new Set(draft.answer)].sort();
  const licence = draft.licence ?? options.licence ?? draft.usualLicence;
  const set = options.set ?? draft.set;
  const explanation = present(draft.explanation);
  const reference = present(draft.reference);
  const context = draft.context
    ?.map((part) => ({ ...part, text: keptText(part.text) }))
    .filter((part) => part.text !== '');
  return {
    id: draft.id ?? `${options.dataset}-${questionIdentity(draft).slice(0, 20)}`,
    dataset: options.dataset,
    kind: draft.kind,
    language:
      draft.language ?? languageOf([draft.text, ...(draft.options?.map((option) => option.text) ?? [])].join('\n')),
    text: draft.text,
    ...(context === undefined || context.length === 0 ? {} : { context }),
    ...(draft.options === undefined ? {} : { options: draft.options }),
    answer,
    ...(reference === undefined ? {} : { reference }),
    ...(explanation === undefined ? {} : { explanation }),
    dimensions: draft.dimensions ?? [],
    ...(draft.specialty === undefined ? {} : { specialty: draft.specialty }),
    source: draft.source,
    ...(licence === undefined ? {} : { licence }),
    ...(draft.group === undefined ? {} : { group: draft.group }),
    ...(set === undefined ? {} : { set }),
    ...(draft.benign === undefined ? {} : { benign: draft.benign }),
    flags: flagsOf(draft, answer),
    tags: draft.tags ?? {},
    provenance: draft.originalId === undefined ? provenance : { ...provenance, originalId: draft.originalId },
  };
}

function present(text: string | undefined): string | undefined {
  const kept = text === undefined ? '' : keptText(text);
  return kept === '' ? undefined : kept;
}

function flagsOf(draft: Draft, answer: string[]): QuestionFlag[] {
  const options = draft.options ?? [];
  const all = [draft.text, ...options.map((option) => option.text)].join('\n');
  const flags: QuestionFlag[] = [];
  const answered = draft.options === undefined ? present(draft.reference) !== undefined : answer.length > 0;
  if (draft.kind === 'knowledge' && !answered) flags.push('missing-answer');
  if (new Set(options.map((option) => option.text)).size < options.length) flags.push('equal-options');
  if (options.some(({ label }, at) => label !== String.fromCharCode(65 + at))) flags.push('gap-in-labels');
  if (hasPrivateUse(all)) flags.push('private-use-characters');
  if (hasInvisible(all)) flags.push('invisible-characters');
  return flags;
}

function reasonFor(field: string): SkipReason {
  if (field === 'options') return 'bad-options';
  if (field === 'answer') return 'bad-answer';
  return field === 'text' ? 'bad-text' : 'wrong-shape';
}
