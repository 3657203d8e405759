import { SourceText } from './source-text.tsx';

/** What has to be known before figures are believed, in the words of the report. Nothing where there is nothing. */
export function Cautions({ warnings }: { warnings: string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="notice cautions">
      {warnings.map((warning) => (
        <li key={warning}>
          <SourceText lang="en">{warning}</SourceText>
        </li>
      ))}
    </ul>
  );
}
