import './figures.css';
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';

/** A table of figures that scrolls in a frame of its own, which the keyboard reaches. */
export function TableFrame({
  label,
  heads,
  className,
  children,
}: {
  label: Text;
  heads: ReactNode[];
  className?: string;
  children: ReactNode;
}) {
  const { say } = useLocale();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section className={`figure-table ${className ?? ''}`} tabIndex={0} aria-label={say(label)}>
      <Table verticalSpacing={4} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {heads.map((head, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table never move
              <Table.Th key={index} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </section>
  );
}
