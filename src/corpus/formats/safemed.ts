import { QuestionLine, type QuestionOption } from '../schema.ts';
import { answerLabels } from './choices.ts';
import { type Draft, type Mapped, skip } from './draft.ts';
import { type Format, otherTags, reading } from './format.ts';

const placed = [...Object.keys(QuestionLine.shape)];

/** The project's own JSON Lines (see `QuestionLine`). Keys it does not know are kept as tags. */
export const safemedFormat: Format = {
  name: 'safemed',
  role: 'questions',
  mapper: async ({ options }) =>
    reading(QuestionLine, (record) => {
      const kind = record.kind ?? options.kind;
      if (kind === undefined) return skip('wrong-shape', 'kind: the record names none, and the import names none');
      return draftOf(record, kind);
    }),
};

function draftOf(line: QuestionLine, kind: Draft['kind']): Mapped {
  const choices = line.options?.map((option) => ({ label: capital(option.label), text: option.text }));
  const answer = choices === undefined ? [] : labelsOf(line.answer, choices);
  if (answer === undefined)
    return skip('bad-answer', `answer: ${JSON.stringify(line.answer)} is no label of an option`);
  const texts = typeof line.answer === 'string' ? line.answer : line.answer?.join('\n');
  const context = line.context?.map((part) => (typeof part === 'string' ? { text: part } : part));
  const draft: Draft = {
    kind,
    text: line.text,
    answer,
    source: line.source ?? { kind: 'other', citation: 'Not stated in the record' },
    tags: { ...otherTags(line, placed), ...line.tags },
  };
  if (choices !== undefined) draft.options = choices;
  else if (texts !== undefined) draft.reference = texts;
  if (context !== undefined) draft.context = context;
  if (line.id !== undefined) Object.assign(draft, { id: line.id, originalId: line.id });
  return { draft: { ...draft, ...statedFields(line) } };
}

function statedFields(line: QuestionLine): Partial<Draft> {
  const fields: Partial<Draft> = {};
  if (line.language !== undefined) fields.language = line.language;
  if (line.explanation) fields.explanation = line.explanation;
  if (line.dimensions) fields.dimensions = line.dimensions;
  if (line.specialty) fields.specialty = line.specialty;
  if (line.licence) fields.licence = line.licence;
  if (line.group) fields.group = line.group;
  if (line.set) fields.set = line.set;
  if (typeof line.benign === 'boolean') fields.benign = line.benign;
  return fields;
}

function capital(label: string): string {
  return label.normalize('NFKC').trim().toUpperCase();
}

/** Labels from "B", "BD" or ["B","D"], or from the full text of one option; undefined for anything else. */
function labelsOf(answer: QuestionLine['answer'], options: QuestionOption[]): string[] | undefined {
  const answers = typeof answer === 'string' ? [answer] : (answer ?? []);
  const byText = options.filter((option) => answers.includes(option.text));
  if (answers.length > 0 && byText.length === answers.length) return byText.map((option) => option.label);
  const labels = answers.map((one) => answerLabels(one));
  return labels.every((list) => list !== undefined) ? labels.flat() : undefined;
}
