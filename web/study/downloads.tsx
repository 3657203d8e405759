import { Anchor } from '@mantine/core';
import type { StudyAnalysis } from '../../src/study/report-schema.ts';
import { Section } from '../models/section.tsx';
import { texts } from './texts.ts';

const files = ['report.html', 'analysis.json', 'ratings-long.csv', 'scores-wide.csv', 'primary.R'] as const;

/** The analysis as files, by the names that the command line gives them; charts only where they have something to show. */
export function Downloads({ analysis: { study, forest } }: { analysis: StudyAnalysis }) {
  const charts = [
    ...(forest.some((row) => row.unit === 'points') ? ['forest.svg'] : []),
    ...(forest.some((row) => row.unit === 'share') ? ['forest-pass.svg'] : []),
  ];
  return (
    <Section id="downloads" title={texts.downloads}>
      <ul className="page-parts">
        {[...files, ...charts].map((file) => (
          <li key={file}>
            <Anchor
              size="sm"
              underline="always"
              href={`/v1/studies/${study.id}/export/${file}`}
              download
              translate="no"
            >
              {file}
            </Anchor>
          </li>
        ))}
      </ul>
    </Section>
  );
}
