/** The ways to use a page: what a story asks for, done by pointer and keys, or by keys alone. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Visitor } from './visitor.ts';

export interface Hands {
  /** A button, a link, a summary. */
  press(control: Locator): Promise<void>;
  /** Puts this in place of what a field holds. */
  write(field: Locator, text: string): Promise<void>;
  /** Takes one option of a select, by its value. */
  choose(select: Locator, value: string): Promise<void>;
  /** One of several radio buttons, or a checkbox that is off. */
  check(box: Locator): Promise<void>;
}

export function pointer(): Hands {
  return {
    press: (control) => control.click(),
    write: (field, text) => field.fill(text),
    async choose(select, value) {
      await select.selectOption(value);
    },
    check: (box) => box.check(),
  };
}

/** Further than any page is long; whoever has not come there by then goes in circles. */
const mostTabs = 120;

/**
 * Tab, Shift-Tab, Enter, Space, Home, End, arrows and typing. Fails when a control cannot be reached by Tab, when the focus is lost, or when it
 * cannot be seen where it is.
 */
export function keyboard({ page }: Visitor): Hands {
  const press = (key: string): Promise<void> => page.keyboard.press(key);

  async function reach(control: Locator): Promise<void> {
    await control.waitFor();
    await focusIsSomewhere(page);
    for (let presses = 0; presses < mostTabs; presses += 1) {
      const where = await control.evaluate(placeOfFocus);
      if (where === 'here') {
        const hidden = [await control.evaluate(whatHidesFocus), await control.evaluate(whatCovers)];
        assert.equal(hidden.join(''), '', `the focus on ${String(control)}`);
        return;
      }
      await press(where === 'behind' ? 'Shift+Tab' : 'Tab');
      if (presses % 8 === 0) await focusIsSomewhere(page);
    }
    assert.fail(`the keyboard does not lead to ${String(control)}`);
  }

  return {
    async press(control) {
      await reach(control);
      await press('Enter');
    },
    async write(field, text) {
      await reach(field);
      await press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
    },
    async choose(select, value) {
      await reach(select);
      const { at, last } = await select.evaluate(placeOfOption, value);
      assert.ok(at === 0 || at === last, `${value} is neither the first nor the last of them`);
      await press(at === 0 ? 'Home' : 'End');
    },
    async check(box) {
      // Tab leads to the one of several that is chosen, or to the first; arrows lead on.
      const group = box.page().locator(`input[name="${(await box.getAttribute('name')) ?? ''}"]`);
      const isRadio = (await box.getAttribute('type')) === 'radio';
      if (await box.isChecked()) return;
      if (!isRadio) {
        await reach(box);
        await press('Space');
        return;
      }
      const chosen = group.and(page.locator(':checked'));
      await reach((await chosen.count()) > 0 ? chosen : group.first());
      await press('Space');
      for (let presses = 0; !(await box.isChecked()); presses += 1) {
        assert.ok(presses < 10, `the arrow keys do not lead to ${String(box)}`);
        await press('ArrowDown');
      }
    },
  };
}

/** What was in focus may go away when something is done; then the page has to say where it goes on. */
async function focusIsSomewhere(page: Visitor['page']): Promise<void> {
  await page
    .waitForFunction(
      () => document.activeElement !== null && document.activeElement !== document.body,
      null,
      {
        timeout: 3000,
      },
    )
    .catch(() => assert.fail('the focus is lost: nothing on the page has it'));
}

/** Runs in the page: whether the focus is on the control, or which way it is from there. */
function placeOfFocus(control: Element): 'here' | 'before' | 'behind' {
  const at = document.activeElement;
  if (at === null || at === control) return 'here';
  const from = at.compareDocumentPosition(control);
  return from & Node.DOCUMENT_POSITION_PRECEDING && !(from & Node.DOCUMENT_POSITION_CONTAINED_BY)
    ? 'behind'
    : 'before';
}

/** Runs in the page: why nobody would see that this has the focus; nothing when they would. */
function whatHidesFocus(control: Element): string {
  const box = control.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return 'has no size';
  if (box.bottom < 1 || box.top > innerHeight - 1 || box.right < 1 || box.left > innerWidth - 1)
    return `is out of sight, at ${Math.round(box.left)},${Math.round(box.top)}`;
  const marked = (element: Element): boolean => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  };
  const around = [control, control.parentElement, control.parentElement?.parentElement].filter(
    (each) => each instanceof Element,
  );
  if (!around.some(marked)) return 'has no ring';
  return '';
}

/** Runs in the page: what lies over the control. */
function whatCovers(control: Element): string {
  const box = control.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
  const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 2);
  const over = document.elementFromPoint(x, y);
  if (over === null || control.contains(over) || over.contains(control)) return '';
  const labels = control instanceof HTMLInputElement ? [...(control.labels ?? [])] : [];
  return labels.some((label) => label.contains(over)) ? '' : `is under ${over.tagName} ${over.className}`;
}

/** Runs in the page. */
function placeOfOption(select: Element, value: string): { readonly at: number; readonly last: number } {
  if (!(select instanceof HTMLSelectElement)) return { at: -1, last: -1 };
  const { options } = select;
  return { at: [...options].findIndex((each) => each.value === value), last: options.length - 1 };
}
