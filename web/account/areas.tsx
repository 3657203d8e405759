import './account.css';
import { Anchor } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import type { Me } from '../../src/accounts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { areasOf } from '../app/who.ts';
import { texts } from './texts.ts';

/** The areas that the person may open. */
export function Areas({ me }: { me: Me }) {
  const { say } = useLocale();
  const { pathname } = useLocation();
  const isHere = (path: string) => (path === '/' ? pathname === '/' : pathname.startsWith(path));
  return (
    <nav aria-label={say(texts.navigation)}>
      <ul className="areas">
        {areasOf(me).map(({ path, key }) => (
          <li key={path}>
            <Anchor
              size="sm"
              {...(isHere(path) ? { 'aria-current': 'page' as const } : {})}
              renderRoot={(props) => <Link to={path as string} {...props} />}
            >
              {say(texts[key])}
            </Anchor>
          </li>
        ))}
      </ul>
    </nav>
  );
}
