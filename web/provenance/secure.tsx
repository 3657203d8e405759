import type { ReactNode } from 'react';
import { useLocale } from '../app/locale.tsx';

/** Shows its content where the browser can compute hashes and signatures; else says that it cannot. */
export function WhereCheckable({ children }: { children: ReactNode }) {
  const { t } = useLocale();
  if (globalThis.isSecureContext) return children;
  return (
    <div role="alert" className="notice">
      {t('cannotCheck')}
    </div>
  );
}
