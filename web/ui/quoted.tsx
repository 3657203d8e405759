import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import './examples.css';
import { SourceText } from './source-text.tsx';

/** A text of somebody else under its heading: inert, in a direction of its own. */
export function Quoted({ title, text, lang }: { title: Text; text: string | undefined; lang?: string }) {
  const { say } = useLocale();
  if (text === undefined) return null;
  return (
    <>
      <strong>{say(title)}</strong>
      <blockquote>
        <SourceText {...(lang === undefined ? {} : { lang })}>{text}</SourceText>
      </blockquote>
    </>
  );
}
