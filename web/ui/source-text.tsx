import type { ReactNode } from 'react';

/** Characters that are not seen but change how others are shown: directional controls, and C0 and C1 but for blanks. */
const controls = /((?![\t\n\r])[\p{Cc}\p{Bidi_Control}\ufeff])/u;

/**
 * Text as people and models wrote it: not part of the interface, so never translated, in a direction of its own, with
 * its control characters made visible so that it cannot look like something else than it is.
 */
export function SourceText({ children, lang }: { children: string; lang?: string }) {
  return (
    <bdi translate="no" lang={lang}>
      {withControls(children)}
    </bdi>
  );
}

/** The text with each control character replaced by its code point in a box. */
export function withControls(text: string): ReactNode[] {
  return text.split(controls).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <span key={index} className="control">
        {`U+${(part.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`}
      </span>
    ),
  );
}
