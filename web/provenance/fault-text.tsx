import { useLocale } from '../app/locale.tsx';
import { faults } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import type { Fault } from '../verify/fault.ts';

/** What a check found wrong, in words, and where. */
export function FaultText({ fault }: { fault: Fault }) {
  const { say } = useLocale();
  return (
    <>
      {say(faults[fault.code])}
      {fault.where !== undefined && (
        <>
          {' '}
          <code>
            <SourceText>{fault.where}</SourceText>
          </code>
        </>
      )}
    </>
  );
}
