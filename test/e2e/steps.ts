import type { Locator, Page } from '@playwright/test';
import { text } from '../../renderer/text.ts';
import { expect } from './fixtures.ts';

/**
 * What a person does in Keyfob's window again and again. Each step waits until the window is ready
 * for the next, so that no key and no press comes too early, however slow the machine.
 */

/** Goes to a view by the button at the window's foot. */
export async function goTo(
  page: Page,
  view: 'connect' | 'tools' | 'activity' | 'settings',
): Promise<void> {
  await page.getByRole('button', { name: text.common[view], exact: true }).click();
  await expect(page.getByRole('main', { name: text[view].title, exact: true })).toBeVisible();
}

/** Presses the button that signs in to a connection; where there are two, both do the same. */
export async function startSignIn(page: Page, connection: string): Promise<void> {
  await page
    .getByRole('button', { name: text.common.signInTo(connection), exact: true })
    .first()
    .click();
}

/** The card of the sign-in that is under way. */
export const signInCard = (page: Page): Locator => page.getByTestId('sign-in-card');

/** Sends the form of a sign-in off. */
export async function sendForm(page: Page): Promise<void> {
  await signInCard(page).getByRole('button', { name: text.common.signIn, exact: true }).click();
}

/** The code of a sign-in that is under way, once the provider has given one. */
export async function userCode(page: Page): Promise<string> {
  const code = page.getByTestId('user-code');
  await expect(code).toHaveText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
  return (await code.textContent()) ?? '';
}

/** Says that a sign-in has succeeded. */
export const signedInTo = (page: Page, connection: string): Locator =>
  page.getByRole('heading', { name: text.signIn.doneTitle(connection), exact: true });

/** Answers on the provider's page, in the person's browser. */
export async function decide(tab: Page, answer: 'Approve' | 'Deny'): Promise<void> {
  await tab.getByRole('button', { name: answer, exact: true }).click();
}

/** Opens the menu of a line in the list of accounts, and has the focus in it. */
export async function openMenu(line: Locator): Promise<Locator> {
  await line.click({ button: 'right' });
  const menu = line.page().getByRole('menu');
  await expect(menu).toBeVisible();
  await focusIsIn(menu);
  return menu;
}

/** Runs a command by the palette, as one who keeps the hands on the keys. */
export async function runCommand(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+Shift+P');
  await expect(
    page.getByRole('combobox', { name: text.accounts.paletteField, exact: true }),
  ).toBeFocused();
  await page.keyboard.type(command);
  await expect(page.getByRole('option', { name: command, exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('Enter');
}

/** Opens the search of the accounts by its key. */
export async function focusSearch(page: Page): Promise<Locator> {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('searchbox', { name: text.accounts.search, exact: true });
  await expect(field).toBeFocused();
  return field;
}

/** What opens a list that one types into: what is chosen stands in its name, after the label. */
export const picker = (page: Page, label: string): Locator =>
  page.getByRole('combobox', { name: label, exact: false });

/** The field in the list that a picker has opened, once it takes what is typed. */
export async function pickerField(page: Page): Promise<Locator> {
  const field = page.getByRole('combobox', { name: text.accounts.search, exact: true });
  await expect(field).toBeFocused();
  return field;
}

/** Types into the list that a picker has opened until one is left, and takes that. */
export async function pick(page: Page, typed: string): Promise<void> {
  await pickerField(page);
  await page.keyboard.type(typed);
  const options = page.getByRole('listbox').getByRole('option');
  await expect(options).toHaveCount(1);
  await expect(options).toHaveAttribute('data-highlighted');
  await page.keyboard.press('Enter');
  await expect(options).toHaveCount(0);
}

/** Presses Esc once what lies in front has the focus, and so hears it. */
export async function putAway(inFront: Locator): Promise<void> {
  await focusIsIn(inFront);
  await inFront.page().keyboard.press('Escape');
  await expect(inFront).toBeHidden();
}

async function focusIsIn(inFront: Locator): Promise<void> {
  await expect
    .poll(() => inFront.evaluate((element) => element.contains(document.activeElement)))
    .toBe(true);
}

/** Does something after which Keyfob says these words, as it does for a moment only. */
export async function hears(page: Page, words: string, act: () => Promise<void>): Promise<void> {
  const said = page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll('[role=status]')].some((one) => one.textContent === wanted),
    words,
  );
  await Promise.all([said, act()]);
}

/** Presses Tab until what has this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    const names = await page.evaluate(() => {
      const { activeElement: focused } = document;
      if (focused === null) return [];
      const labelledBy = focused.getAttribute('aria-labelledby') ?? '';
      return [
        focused.getAttribute('aria-label') ??
          document.getElementById(labelledBy)?.textContent ??
          ('labels' in focused ? (focused as HTMLInputElement).labels?.[0]?.textContent : ''),
        focused.textContent,
      ];
    });
    if (names.some((one) => one?.trim() === name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}`);
}
