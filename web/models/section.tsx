import { Text as Paragraph, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';

/** A part of a page under its heading. */
export function Section({ id, title, note, children }: { id: string; title: Text; note?: Text; children: ReactNode }) {
  const { say } = useLocale();
  return (
    <section aria-labelledby={id}>
      <Title order={3} size="h5" id={id}>
        {say(title)}
      </Title>
      {note !== undefined && (
        <Paragraph size="xs" c="dimmed" mb={4}>
          {say(note)}
        </Paragraph>
      )}
      {children}
    </section>
  );
}
