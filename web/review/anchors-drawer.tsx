import { Drawer } from '@mantine/core';
import type { WorkItem } from '../../src/review/draft-schema.ts';
import { useLocale } from '../app/locale.tsx';
import { texts } from './texts.ts';

/** The rubric with what each point of each criterion means. */
export function AnchorsDrawer({
  rubric,
  opened,
  onClose,
  criterion,
}: {
  rubric: WorkItem['rubric'];
  opened: boolean;
  onClose: () => void;
  /** The one to show first. */
  criterion: string;
}) {
  const { say } = useLocale();
  const ordered = [...rubric.criteria].sort((a, b) => Number(b.id === criterion) - Number(a.id === criterion));
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      title={`${say(texts.guideline)} · ${say(rubric.name)}`}
      closeButtonProps={{ 'aria-label': say(texts.close) }}
    >
      {ordered.map((one) => (
        <section key={one.id} className="anchors">
          <h3>{say(one.name)}</h3>
          <ol>
            {one.anchors.map((anchor, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the five points of a criterion never move
              <li key={index}>{say(anchor)}</li>
            ))}
          </ol>
        </section>
      ))}
    </Drawer>
  );
}
