import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { type Data, textAt } from '../verify/fields.ts';
import { texts } from './texts.ts';

const ways = { password: texts.howPassword, passkey: texts.howPasskey, token: texts.howToken, demo: texts.howDemo };

/** An event's electronic signature: the printed name, the time, and how the person proved who they are. */
export function SignatureLine({ signature }: { signature: Data }) {
  const { say, dateTime } = useLocale();
  const [name, at, method] = [textAt(signature, 'name'), textAt(signature, 'at'), textAt(signature, 'method')];
  if (name === undefined) return null;
  const how = method !== undefined && method in ways ? say(ways[method as keyof typeof ways]) : '?';
  return (
    <dl className="scores">
      <div>
        <dt>{say(texts.signedBy)}</dt>
        <dd>
          <SourceText>{name}</SourceText>
          {at !== undefined && !Number.isNaN(Date.parse(at)) && ` · ${dateTime(at)}`}
        </dd>
      </div>
      <div>
        <dt>{say(texts.signedHow)}</dt>
        <dd>{how}</dd>
      </div>
    </dl>
  );
}
