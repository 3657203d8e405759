import { withControls } from './source-text.tsx';
import { wordDiff } from './word-diff.ts';

/** The change from one text to another, the words that went and came marked as such. */
export function ChangedText({ before, after, language }: { before: string; after: string; language: string }) {
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
