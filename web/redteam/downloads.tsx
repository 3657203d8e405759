import { Anchor } from '@mantine/core';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { texts } from './texts.ts';

/** The formats by the names that people know them by. */
const formats = [
  ['html', 'HTML'],
  ['json', 'JSON'],
  ['jsonl', 'JSON Lines'],
  ['csv', 'CSV'],
  ['junit', 'JUnit XML'],
  ['sarif', 'SARIF'],
  ['markdown', 'Markdown'],
] as const;

/** The report in every format: with texts for those who work with attacks, without them for all who may read it. */
export function Downloads({ campaign, texts: withTexts }: { campaign: string; texts: boolean }) {
  const { say } = useLocale();
  const list = (kind: 'yes' | 'no') => (
    <>
      <strong>{say(kind === 'yes' ? texts.withTexts : texts.withoutTexts)}</strong>
      <ul className="downloads">
        {formats.map(([format, name]) => (
          <li key={format}>
            <Anchor
              size="sm"
              underline="always"
              href={`/v1/redteam/campaigns/${campaign}/export?format=${format}&texts=${kind}`}
              download
              translate="no"
            >
              {name}
            </Anchor>
          </li>
        ))}
      </ul>
    </>
  );
  return (
    <Section id="downloads" title={texts.downloads}>
      {withTexts && list('yes')}
      {list('no')}
    </Section>
  );
}
