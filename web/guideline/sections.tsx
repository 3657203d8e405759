import './guideline.css';
import type { GuidelineContent, GuidelineSection } from '../../src/profile/guideline-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { texts } from './texts.ts';

/** The criterion or dimension that a reader has in hand. */
export type Focus = { criterion?: string; dimension?: string };

/** True for a section that explains what the reader has in hand. */
export function inFocus(section: GuidelineSection, focus: Focus): boolean {
  return (
    (section.criterion !== undefined && section.criterion === focus.criterion) ||
    (section.dimension !== undefined && section.dimension === focus.dimension)
  );
}

/** The sections one below the other, each to be folded; those in focus come first and are open. */
export function Sections({ content, focus = {} }: { content: GuidelineContent; focus?: Focus }) {
  const first = content.sections.filter((section) => inFocus(section, focus));
  const rest = content.sections.filter((section) => !inFocus(section, focus));
  return (
    <>
      {first.map((section) => (
        <Section key={section.id} section={section} focused />
      ))}
      {rest.map((section) => (
        <Section key={section.id} section={section} />
      ))}
    </>
  );
}

function Section({ section, focused = false }: { section: GuidelineSection; focused?: boolean }) {
  const { locale } = useLocale();
  return (
    <details className="guide-section" open={focused} data-focus={focused || undefined} id={`guide-${section.id}`}>
      <summary>
        <SourceText lang={locale}>{section.title[locale]}</SourceText>
      </summary>
      <p className="guide-text">
        <SourceText lang={locale}>{section.text[locale]}</SourceText>
      </p>
      <Examples section={section} />
    </details>
  );
}

function Examples({ section: { examples } }: { section: GuidelineSection }) {
  const { say, locale } = useLocale();
  if (examples.length === 0) return null;
  return (
    <ul className="guide-examples">
      {examples.map((example) => (
        <li key={`${example.score} ${example.en}`}>
          <Tag tone={example.score >= 4 ? 'good' : example.score === 3 ? 'warn' : 'bad'}>
            {say(texts.scores, { score: example.score })}
          </Tag>
          <SourceText lang={locale}>{example[locale]}</SourceText>
        </li>
      ))}
    </ul>
  );
}
