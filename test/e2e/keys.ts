import type { Page } from '@playwright/test';

/** Presses Tab until what has this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    const focused = page.locator(':focus');
    if ((await focused.count()) > 0) {
      const [label, words] = await focused.evaluate((element) => [
        element.getAttribute('aria-label') ??
          document.getElementById(element.getAttribute('aria-labelledby') ?? '')?.textContent ??
          ('labels' in element ? (element as HTMLInputElement).labels?.[0]?.textContent : ''),
        element.textContent,
      ]);
      if (label?.trim() === name || words?.trim() === name) return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}`);
}
