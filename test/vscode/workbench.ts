import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../support/waitFor.ts';
import { settingsLoadedTitle } from './server/vscodeServer.ts';

const activeTerminal = '.terminal-wrapper.active';

/** A VS Code window, driven as a person does: keys, clicks, and reading what is on the screen. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until the workbench can be used and has its settings. */
  async whenReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
    await this.page.waitForFunction((title) => document.title.includes(title), settingsLoadedTitle, {
      timeout: 60_000,
    });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.whenReady();
  }

  /**
   * Runs a command from the palette by its title. Early in a window's life the keybinding, the widget's focus or the
   * command may not be there yet, so each step has a short limit and all of it is tried again.
   */
  async runCommand(title: string, limitMs = 30_000): Promise<void> {
    const input = this._quickInput();
    const row = this.quickPickRow(title);
    const deadline = performance.now() + limitMs;
    for (;;) {
      try {
        if (!(await input.isVisible())) {
          await this.page.keyboard.press('F1');
          await input.waitFor({ timeout: 2000 });
        }
        await input.fill(`>${title}`, { timeout: 1000 });
        await row.waitFor({ timeout: 1500 });
        await row.click({ timeout: 1000 });
        return;
      } catch (error) {
        if (performance.now() > deadline) {
          throw error;
        }
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** A row of the open picker that has this text. */
  quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text }).first();
  }

  async pick(text: string): Promise<void> {
    await this.quickPickRow(text).click();
  }

  /** Waits for the step of a dialogue that has this title: the one before stays open for a moment. */
  async whenAsked(title: string): Promise<void> {
    await this.page.locator('.quick-input-widget:visible .quick-input-title').filter({ hasText: title }).waitFor();
  }

  /** Replaces the text of the open quick input. */
  async typeInQuickInput(text: string): Promise<void> {
    const input = this._quickInput();
    await input.waitFor();
    await input.fill(text);
  }

  /** Types into the open quick input and presses Enter. */
  async answerInput(text: string): Promise<void> {
    await this.typeInQuickInput(text);
    await this._quickInput().press('Enter');
  }

  /** Screen and scrollback of the terminal that has the focus or had it last; undefined when there is none. */
  async terminalText(selector = activeTerminal): Promise<string | undefined> {
    const texts = await this.terminalTexts(selector);
    return texts[0];
  }

  /** Screen and scrollback of every terminal that matches. */
  async terminalTexts(selector = '.terminal-wrapper'): Promise<string[]> {
    return this.page.evaluate((wanted) => {
      interface XtermElement extends Element {
        xterm?: {
          buffer: {
            active: {
              length: number;
              getLine(row: number): { isWrapped: boolean; translateToString(trim: boolean): string };
            };
          };
        };
      }
      return [...document.querySelectorAll<XtermElement>(wanted)].flatMap((element) => {
        const buffer = element.xterm?.buffer.active;
        if (buffer === undefined) {
          return [];
        }
        let text = '';
        for (let row = 0; row < buffer.length; row++) {
          const line = buffer.getLine(row);
          text += (line.isWrapped || row === 0 ? '' : '\n') + line.translateToString(true);
        }
        return [text.replace(/\n+$/, '')];
      });
    }, selector);
  }

  /** Waits until the active terminal shows a match and gives its text. */
  async waitForTerminal(pattern: RegExp, limitMs = 20_000, selector = activeTerminal): Promise<string> {
    let last: string | undefined;
    try {
      return await waitFor(
        `a terminal that shows ${String(pattern)}`,
        async () => {
          last = await this.terminalText(selector);
          return last !== undefined && pattern.test(last) ? last : undefined;
        },
        limitMs,
      );
    } catch (error) {
      throw new Error(
        `${error instanceof Error ? error.message : String(error)} It shows:\n${last ?? '(there is no terminal)'}`,
        { cause: error },
      );
    }
  }

  /** Runs a command that opens a terminal and waits until the new one, and no older one, has the focus. */
  async openTerminal(title: string, pattern: RegExp): Promise<void> {
    await this.page.evaluate(() =>
      document.querySelectorAll<HTMLElement>('.terminal-wrapper').forEach((element) => (element.dataset['seen'] = '1')),
    );
    await this.runCommand(title);
    await this.waitForTerminal(pattern, 20_000, `${activeTerminal}:not([data-seen])`);
    await this.page.waitForFunction((selector) => document.activeElement?.closest(selector) !== null, activeTerminal, {
      timeout: 5000,
    });
  }

  async typeInTerminal(text: string, selector = activeTerminal): Promise<void> {
    await this.page.locator(`${selector} textarea.xterm-helper-textarea`).first().focus();
    await this.page.keyboard.type(text);
  }

  /** Shows a view container by its name in the activity bar. */
  async showViewContainer(name: string): Promise<void> {
    const tab = this.page.locator(`.activitybar .action-item:has(a[aria-label^="${name}"])`).first();
    await tab.waitFor();
    if (!((await tab.getAttribute('class')) ?? '').includes('checked')) {
      await tab.click();
    }
  }

  /** A row of a tree in the side bar. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.part.sidebar .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Chooses from a row's context menu. */
  async chooseFromContextMenu(row: Locator, label: string): Promise<void> {
    await row.click({ button: 'right' });
    const item = this.page.locator('.context-view .monaco-menu .action-item').filter({ hasText: label }).first();
    await item.waitFor();
    // The menu takes no mouse-up in the first 100 ms, so that the click that opened it does not choose; keys always work.
    await item.hover();
    await this.page.keyboard.press('Enter');
  }

  /** A notification toast that has this text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text }).first();
  }

  /** The text of a modal dialog. */
  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box').first();
  }

  private _quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input.input');
  }
}
