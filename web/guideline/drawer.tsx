import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import type { CurrentGuideline } from '../../src/guideline/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { GapForm } from './gap-form.tsx';
import { guidelinePath } from './paths.ts';
import { type Focus, inFocus, Sections } from './sections.tsx';
import { texts } from './texts.ts';

/** The guideline in force beside the work: what the reader has in hand is open, the rest folded below. */
export function GuidelineDrawer({
  opened,
  onClose,
  focus = {},
}: {
  opened: boolean;
  onClose: () => void;
  focus?: Focus;
}) {
  const { say } = useLocale();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="lg"
      title={say(texts.guideline)}
      closeButtonProps={{ 'aria-label': say(texts.close) }}
    >
      {opened && <Contents focus={focus} />}
    </Drawer>
  );
}

function Contents({ focus }: { focus: Focus }) {
  const { say, locale, dateTime } = useLocale();
  const query = useApi<CurrentGuideline>(guidelinePath);
  return (
    <Loaded query={query}>
      {(guideline) => (
        <Stack gap="xs">
          <Text size="xs" c="dimmed">
            {say(texts.versionOf, { version: guideline.version, date: dateTime(guideline.publishedAt) })}{' '}
            <span translate="no">{guideline.publishedBy}</span>
            {' · '}
            <Anchor href="/guideline" target="_blank" size="xs" underline="always">
              {say(texts.openPage)}
            </Anchor>
          </Text>
          <p className="notice">
            <SourceText lang={locale}>{guideline.content.notice[locale]}</SourceText>
          </p>
          {/* A new focus opens other sections: what was folded by hand belongs to the former one. */}
          <Sections key={`${focus.criterion} ${focus.dimension}`} content={guideline.content} focus={focus} />
          {guideline.can.report && (
            <GapForm
              content={guideline.content}
              section={guideline.content.sections.find((one) => inFocus(one, focus))?.id}
            />
          )}
        </Stack>
      )}
    </Loaded>
  );
}
