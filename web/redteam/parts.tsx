import { Anchor, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { usePageTitle } from '../ui/page-title.ts';
import { findingTexts } from './finding-texts.ts';
import './redteam.css';
import { texts } from './texts.ts';

const parts = [
  { to: '/redteam', text: texts.campaigns },
  { to: '/redteam/findings', text: findingTexts.findings },
  { to: '/redteam/judges', text: texts.judges },
  { to: '/redteam/compare', text: texts.compare },
] as const;

/** The heading of a page of the red team, with the way to its other parts. */
export function Parts({ title }: { title: Text }) {
  const { say } = useLocale();
  usePageTitle(say(title));
  return (
    <>
      <nav aria-label={say(texts.parts)}>
        <ul className="redteam-parts">
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
