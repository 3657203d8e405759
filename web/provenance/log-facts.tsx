import { Text } from '@mantine/core';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { SourceText } from '../ui/source-text.tsx';
import { toHex } from '../verify/bytes.ts';
import type { CheckedLog } from '../verify/checked-log.ts';
import { newestKey } from '../verify/key-ring.ts';

const proved: MessageKey[] = ['checkedHead', 'checkedPlace', 'checkedChain', 'checkedContents'];
const notProved: MessageKey[] = ['notRight', 'notLatest', 'notProgram'];

/** Which log and key the check was made against, where the key came from, and what the check is worth. */
export function LogFacts({ log: { keys = [], head, remembered, fault } }: { log: CheckedLog }) {
  const { t, dateTime } = useLocale();
  const key = newestKey(keys);
  const changed = remembered !== undefined && key !== undefined && remembered.key !== key.text;
  return (
    <>
      {key !== undefined && (!changed || fault === undefined) && (
        <Text size="sm">
          {remembered === undefined && t('keyNew')}
          {remembered !== undefined &&
            (changed ? t('keyFollowed') : t('keyKnown', { date: dateTime(remembered.since) }))}{' '}
          {remembered !== undefined && fault === undefined && t('headKnown', { before: remembered.head.size })}
        </Text>
      )}
      <details className="facts">
        <summary>{t('whatChecked')}</summary>
        <ul>
          {proved.map((one) => (
            <li key={one}>{t(one)}</li>
          ))}
          {notProved.map((one) => (
            <li key={one}>{t(one)}</li>
          ))}
        </ul>
        {changed && <KeyLine name="keyBefore" text={remembered.key} />}
        {key !== undefined && <KeyLine name="keyNow" text={key.text} />}
        {head !== undefined && (
          <Text size="sm">
            {t('rootHash')}
            {t('colon')}
            <code translate="no">{toHex(head.root)}</code>
          </Text>
        )}
      </details>
    </>
  );
}

function KeyLine({ name, text }: { name: MessageKey; text: string }) {
  const { t } = useLocale();
  return (
    <Text size="sm">
      {t(name)}
      {t('colon')}
      <code>
        <SourceText>{text}</SourceText>
      </code>
    </Text>
  );
}
