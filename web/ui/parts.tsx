import { Anchor, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import './figures.css';
import { usePageTitle } from './page-title.ts';

/** The heading of a page of an area that has several parts, with the way to the others. */
export function Parts({
  area,
  parts,
  title,
}: {
  /** What the parts are parts of. */
  area: Text;
  parts: readonly { to: LinkProps['to']; text: Text }[];
  title: Text;
}) {
  const { say } = useLocale();
  usePageTitle(say(title));
  return (
    <>
      <nav aria-label={say(area)}>
        <ul className="page-parts">
          {parts.map(({ to, text }) => (
            <li key={to}>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link to={to} activeOptions={{ exact: true, includeSearch: false }} {...props} />
                )}
              >
                {say(text)}
              </Anchor>
            </li>
          ))}
        </ul>
      </nav>
      <Title order={2} size="h4">
        {say(title)}
      </Title>
    </>
  );
}
