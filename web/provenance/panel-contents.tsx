import { Text } from '@mantine/core';
import { SignatureLine } from '../account/signature-line.tsx';
import { useLocale } from '../app/locale.tsx';
import { panelTriggers, panelVotes } from '../app/words.ts';
import { type Edited, EditTable } from '../pages/edit-table.tsx';
import { ScoreList } from '../pages/review-card.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { type Data, numberAt, objectAt, textAt } from '../verify/fields.ts';
import { CodeWord } from './code-word.tsx';
import { editsOf, scoresOf } from './records.ts';
import { Standing } from './review-contents.tsx';

/** Why a case went to the panel. */
export function OpenedContents({ data }: { data: Data }) {
  const { t } = useLocale();
  return (
    <Text size="sm">
      {t('trigger')}
      {t('colon')}
      <CodeWord words={panelTriggers} code={textAt(data, 'trigger')} />
    </Text>
  );
}

/** One member's vote. */
export function VoteContents({ data }: { data: Data }) {
  const { t } = useLocale();
  return (
    <Text size="sm">
      {t('ballot', { number: numberAt(data, 'ballot') ?? '?' })}
      {t('colon')}
      <CodeWord words={panelVotes} code={textAt(data, 'vote')} />
    </Text>
  );
}

/** The decision that the chair signed, with scores, edits and rationale. */
export function DecisionContents({ data, original }: { data: Data; original: Edited | undefined }) {
  const rationale = textAt(data, 'rationale');
  return (
    <>
      <div className="tags">
        <Tag>
          <CodeWord words={panelVotes} code={textAt(data, 'decision')} />
        </Tag>
        <Standing data={data} />
      </div>
      <ScoreList scores={scoresOf(data, 'scores')} />
      {rationale !== undefined && (
        <Text size="sm" fs="italic">
          <SourceText>{rationale}</SourceText>
        </Text>
      )}
      {original !== undefined && <EditTable edits={editsOf(data)} original={original} />}
      {data.signature !== undefined && <SignatureLine signature={objectAt(data, 'signature')} />}
    </>
  );
}
