import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { languages } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';

/** What questions are parted by, in words; a benchmark's own field as the benchmark names it. */
export function usePartNames(): (by: string) => string {
  const { say } = useLocale();
  return (by) => (by === 'language' || by === 'specialty' || by === 'dimension' ? say(texts[by]) : by);
}

/** A part in words where the system has words for it, else as its source has it. */
export function useSliceText(): (by: string, value: string) => string {
  const { say } = useLocale();
  const names = useNames();
  return (by, value) => {
    if (by === 'language' && (value === 'en' || value === 'zh')) return say(languages[value]);
    return by === 'dimension' ? names.dimension(value) : value;
  };
}

export function SliceName({ by, value }: { by: string; value: string }) {
  const text = useSliceText()(by, value);
  return text === value ? <SourceText>{value}</SourceText> : text;
}
