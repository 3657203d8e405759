import type { GuidelineContent, GuidelineSection } from '../../src/profile/guideline-schema.ts';
import type { Locale } from '../app/messages.ts';

export type LanguageChange = { language: Locale; before: string; after: string };
export type SectionChange = {
  id: string;
  state: 'added' | 'removed' | 'changed';
  title: Record<Locale, string>;
  changes: LanguageChange[];
};
type Piece = Pick<GuidelineSection, 'id' | 'title' | 'text'> & Partial<GuidelineSection>;

const languages: Locale[] = ['en', 'zh'];

/** What differs from one version to another, section by section, in the order of the newer one; removed ones last. */
export function sectionChanges(before: GuidelineContent, after: GuidelineContent): SectionChange[] {
  const old = pieces(before);
  const now = pieces(after);
  const changed = now.map((piece) =>
    changeOf(
      old.find((one) => one.id === piece.id),
      piece,
    ),
  );
  const removed = old.filter((piece) => !now.some((one) => one.id === piece.id)).map((piece) => changeOf(piece));
  return [...changed, ...removed].filter((one) => one.changes.length > 0);
}

/** True if sections that both versions have stand in another order. */
export function orderDiffers(before: GuidelineContent, after: GuidelineContent): boolean {
  const ids = (content: GuidelineContent): string[] => content.sections.map((section) => section.id);
  const shared = (of: string[], other: string[]): string => of.filter((id) => other.includes(id)).join(' ');
  return shared(ids(before), ids(after)) !== shared(ids(after), ids(before));
}

/** The sections, led by what stands above them: title and note, under the id of no section. */
function pieces(content: GuidelineContent): Piece[] {
  return [{ id: '', title: content.title, text: content.notice }, ...content.sections];
}

function changeOf(before?: Piece, after?: Piece): SectionChange {
  const { id, title } = after ?? before ?? { id: '', title: { en: '', zh: '' } };
  const texts = languages.map((language) => ({
    language,
    before: before === undefined ? '' : plainText(before, language),
    after: after === undefined ? '' : plainText(after, language),
  }));
  return {
    id,
    state: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    title,
    changes: texts.filter((one) => one.before !== one.after),
  };
}

/** All of a section as one text, so that whatever differs in it is seen. */
function plainText({ title, text, criterion, dimension, examples = [] }: Piece, language: Locale): string {
  const subject = criterion ?? dimension;
  return [
    subject === undefined ? title[language] : `${title[language]} [${subject}]`,
    text[language],
    ...examples.map((example) => `${example.score}: ${example[language]}`),
  ].join('\n');
}
