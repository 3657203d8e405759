import { Button, Text } from '@mantine/core';
import type { Edit, StepMark } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { ChangedText } from '../ui/changed-text.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import type { Cell, Row } from './align.ts';
import { texts } from './texts.ts';

/** What one reviewer marked and changed at one place, and the button that takes it over. */
export function CompareCell({
  cell,
  row,
  language,
  onTake,
}: {
  cell: Cell;
  row: Row;
  language: string;
  onTake?: (() => void) | undefined;
}) {
  const { say } = useLocale();
  const { label, marks, edits } = cell;
  return (
    <div className="compare-cell">
      {marks.map((mark) => (
        <Mark key={JSON.stringify(mark)} mark={mark} />
      ))}
      {edits.map((edit) => (
        <Change key={JSON.stringify(edit)} edit={edit} before={row.text ?? ''} language={language} />
      ))}
      {onTake !== undefined && edits.length === 0 && (
        <Text size="xs" c="dimmed">
          {say(texts.unchanged)}
        </Text>
      )}
      {onTake !== undefined && (
        <Button variant="default" size="compact-xs" onClick={onTake}>
          {say(edits.length === 0 ? texts.takeNone : texts.takeEdit, { label })}
        </Button>
      )}
    </div>
  );
}

function Mark({ mark }: { mark: StepMark }) {
  const { say } = useLocale();
  const { reason, severity } = useNames();
  switch (mark.mark) {
    case 'correct':
      return <Tag tone="good">✓ {say(texts.markedCorrect)}</Tag>;
    case 'neutral':
      return <Tag>{say(texts.markedNeutral)}</Tag>;
    case 'wrong':
      return (
        <Tag tone="bad">
          ✗ {reason(mark.error)} · {severity(mark.severity)}
        </Tag>
      );
    case 'missing':
      return (
        <Tag tone="warn">
          {say(texts.markedMissing)} · {reason(mark.error)} · {severity(mark.severity)}
        </Tag>
      );
  }
}

function Change({ edit, before, language }: { edit: Edit; before: string; language: string }) {
  const { say } = useLocale();
  const { reason } = useNames();
  return (
    <div>
      {edit.op === 'delete' && <Tag tone="warn">{say(texts.deleted)}</Tag>}
      {edit.op === 'insert' && <Tag tone="warn">{say(texts.inserted)}</Tag>}
      <p className="case-text">
        <ChangedText
          before={edit.op === 'insert' ? '' : before}
          after={'text' in edit ? edit.text : ''}
          language={language}
        />
      </p>
      <Text size="xs" c="dimmed">
        {reason(edit.reason)}
        {edit.note !== undefined && (
          <>
            {' · '}
            <SourceText>{edit.note}</SourceText>
          </>
        )}
      </Text>
    </div>
  );
}
