import { Text } from '@mantine/core';
import type { Release } from '../../src/release/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { exclusions } from '../app/words.ts';
import { CodeWord } from './code-word.tsx';

/** The counts of a release as the server's tables have them, and what it left out. */
export function ReleaseFacts({ release }: { release: Release }) {
  const { t, number, dateTime } = useLocale();
  const { counts, candidates, excluded } = release.summary;
  const facts = { candidates, ...counts };
  const left = Object.entries(excluded);
  return (
    <section aria-label={t('release')}>
      <dl className="scores">
        {(['candidates', 'rows', 'train', 'validation', 'preferences'] as const).map((key) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>{number(facts[key])}</dd>
          </div>
        ))}
        <div>
          <dt>{t('preparedBy')}</dt>
          <dd translate="no">{release.createdBy}</dd>
        </div>
        {release.approvedBy !== undefined && (
          <div>
            <dt>{t('approvedBy')}</dt>
            <dd translate="no">{release.approvedBy}</dd>
          </div>
        )}
        <div>
          <dt>{t('created')}</dt>
          <dd>{dateTime(release.createdAt)}</dd>
        </div>
      </dl>
      {left.length === 0 ? <Text size="sm">{t('excludedNone')}</Text> : <Excluded counts={excluded} />}
      <Text size="xs" c="dimmed">
        {t('factsClaimed')}
      </Text>
    </section>
  );
}

/** How many instances were left out, by reason. */
export function Excluded({ counts }: { counts: Record<string, number> }) {
  const { t, number } = useLocale();
  return (
    <Text size="sm">
      {t('excluded')}
      {t('colon')}
      {Object.entries(counts).map(([code, count], index) => (
        <span key={code}>
          {index > 0 && t('separator')}
          <CodeWord words={exclusions} code={code} /> {number(count)}
        </span>
      ))}
    </Text>
  );
}
