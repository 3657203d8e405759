import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/** Every rule, or those whose outcome hangs on the language and the colours of the page. */
type Rules = 'all' | 'language-and-colours';

/** What axe finds against WCAG 2.2 AA on the page as it stands. */
export async function violations(page: Page, rules: Rules = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis)))
    await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  return page.evaluate(async (rules: Rules) => {
    type Result = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
    type Rule = { ruleId: string; tags: string[] };
    type Axe = { getRules(tags: string[]): Rule[]; run(root: Document, options: unknown): Promise<Result> };
    const { axe } = globalThis as unknown as { axe: Axe }; // the script above defines it
    const categories = ['cat.color', 'cat.language', 'cat.text-alternatives', 'cat.forms', 'cat.name-role-value'];
    const changing = ({ ruleId, tags }: Rule): boolean =>
      tags.some((tag) => categories.includes(tag)) || /-name|target-size/.test(ruleId);
    const tagged = axe.getRules(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
    const chosen = tagged.filter((rule) => !rule.tags.some((tag) => ['experimental', 'deprecated'].includes(tag)));
    const values = (rules === 'all' ? chosen : chosen.filter(changing)).map((rule) => rule.ruleId);
    // what passed is not described, and what only media need is not fetched: both take longer than the rules
    const options = { runOnly: { type: 'rule', values }, resultTypes: ['violations'], preload: false };
    const found = await axe.run(document, options);
    return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html} ${node.failureSummary}`));
  }, rules);
}

/**
 * The same for a page in a language: in English every rule, in the light scheme; in Chinese, in the dark one, the rules on
 * names, texts, languages, sizes and colours. Names do not depend on the scheme, nor colours on the language, nor the
 * structure on either, so that these two looks see what four would.
 */
export async function violationsIn(page: Page, language: 'en' | 'zh'): Promise<string[]> {
  const colorScheme = language === 'en' ? 'light' : 'dark';
  await page.emulateMedia({ colorScheme });
  await page.locator(`[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
  return violations(page, language === 'en' ? 'all' : 'language-and-colours');
}

/** How many turns of the page's own event loop may lie between what came and what is asked for because of it. */
const turns = 10;

/**
 * Waits until what the page asked for is there: the page says itself whether it is busy. It is asked again for some turns,
 * because what has come may make a part ask for more. Turns, not a time: a slow machine is given as many.
 */
export async function settled(page: Page): Promise<void> {
  const atRest = (): Promise<boolean> =>
    page.evaluate(async (turns) => {
      for (let turn = 0; turn < turns; turn++) {
        const begun = document.querySelector('main[data-busy=false]') !== null;
        if (!begun || document.querySelector('[data-busy=true]') !== null) return false;
        await new Promise((next) => setTimeout(next));
      }
      return true;
    }, turns);
  const rest = async (): Promise<void> => {
    if (!(await atRest())) throw new Error(`${page.url()} is still busy.`);
  };
  await vi.waitFor(rest, { timeout: 50_000 }); // not a poll of `expect`: a hook may wait too
}

/** Texts and accessible names of the interface; without what is marked as not to be translated (ids, source data). */
export function interfaceTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent === null || parent.closest('[translate=no], script, style') !== null) continue;
      texts.push(node.textContent ?? '');
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
    return texts.map((text) => text.trim()).filter((text) => /\p{L}/u.test(text));
  });
}
