import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CurrentGuideline, Gap } from '../../src/guideline/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { GapForm } from './gap-form.tsx';
import { openGapsPath } from './paths.ts';
import { gapCauses, texts } from './texts.ts';

/** The gaps that wait for an answer, and the form to report one. */
export function Gaps({ guideline }: { guideline: CurrentGuideline }) {
  const { say } = useLocale();
  const query = useApi<{ gaps: Gap[] }>(openGapsPath);
  return (
    <Stack gap="sm">
      <Loaded query={query}>
        {({ gaps }) =>
          gaps.length === 0 ? (
            <Text>{say(texts.noGaps)}</Text>
          ) : (
            <Stack gap="sm">
              {gaps.map((gap) => (
                <GapCard key={gap.id} gap={gap} guideline={guideline} />
              ))}
            </Stack>
          )
        }
      </Loaded>
      {guideline.can.report && <GapForm content={guideline.content} />}
    </Stack>
  );
}

/** One gap: who found it, where, and what is asked. */
export function GapCard({ gap, guideline, children }: { gap: Gap; guideline: CurrentGuideline; children?: ReactNode }) {
  const { say, locale, dateTime } = useLocale();
  const section = guideline.content.sections.find((one) => one.id === gap.section);
  return (
    <article className="guide-gap">
      <div className="tags">
        <Tag tone="warn">{say(gapCauses[gap.cause])}</Tag>
        {section !== undefined && (
          <Tag>
            <SourceText lang={locale}>{section.title[locale]}</SourceText>
          </Tag>
        )}
      </div>
      <p className="guide-text">
        <SourceText>{gap.text}</SourceText>
      </p>
      <Text size="xs" c="dimmed">
        {say(texts.filed, { date: dateTime(gap.filedAt) })} <span translate="no">{gap.filedBy}</span>
        {gap.instance !== undefined && (
          <>
            {' · '}
            <Anchor
              size="xs"
              underline="always"
              renderRoot={(props) => <Link to="/instances/$id" params={{ id: gap.instance ?? '' }} {...props} />}
            >
              {say(texts.gapInstanceLink)}
            </Anchor>
          </>
        )}
      </Text>
      {children}
    </article>
  );
}
