import { withControls } from '../ui/source-text.tsx';
import { wordDiff } from '../ui/word-diff.ts';

/** The words that went and came from one text to another. */
export function DiffText({ before, after, language }: { before: string; after: string; language: string }) {
  return (
    <bdi translate="no" lang={language}>
      {wordDiff(before, after, language).map(({ kind, text }, index) => {
        const Element = kind === 'same' ? 'span' : kind;
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one change never move
        return <Element key={index}>{withControls(text)}</Element>;
      })}
    </bdi>
  );
}
