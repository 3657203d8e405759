import { Modal } from '@mantine/core';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { languages } from '../app/words.ts';
import { texts, whyTexts } from './texts.ts';

/** Why the queue gave this item to this reviewer. */
export function WhyDialog({ item, opened, onClose }: { item: WorkItem; opened: boolean; onClose: () => void }) {
  const { say } = useLocale();
  const value = (code: string, of: string): string => {
    const language = code === 'language' ? Object.entries(languages).find(([tag]) => tag === of)?.[1] : undefined;
    if (language !== undefined) return say(language);
    return code === 'track' && of === item.rubric.track ? say(item.rubric.name) : of;
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={say(texts.why)}
      closeButtonProps={{ 'aria-label': say(texts.close) }}
    >
      <p className="review-note">{say(texts.whyNote)}</p>
      <ul>
        {item.assignment.why.map((one) => (
          <li key={one.code}>{say(whyTexts[one.code], { value: value(one.code, one.value ?? '') })}</li>
        ))}
      </ul>
    </Modal>
  );
}
