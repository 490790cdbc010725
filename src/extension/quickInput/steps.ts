import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable.ts';

/** How a step of a dialogue ended. */
export type StepResult<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'cancelled' };

export interface StepPosition {
  readonly title: string;
  /** From 1. The first step has no way back. */
  readonly step: number;
  readonly totalSteps: number;
}

export interface TextStep extends StepPosition {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
}

/** Asks for a text, which may be empty. */
export function askText(options: TextStep): Promise<StepResult<string>> {
  const input = vscode.window.createInputBox();
  place(input, options);
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.value = options.value;
  return run(input, (accept) => input.onDidAccept(() => accept(input.value)));
}

export interface ChoiceStep<Item extends vscode.QuickPickItem> extends StepPosition {
  readonly placeholder: string;
  readonly items: readonly Item[];
  /** Makes an item of what was typed, shown first; undefined when the text is no answer. */
  readonly itemForText: (text: string) => Item | undefined;
}

/** Asks for one of some items, or for a text that is an answer too. */
export function askChoice<Item extends vscode.QuickPickItem>(options: ChoiceStep<Item>): Promise<StepResult<Item>> {
  const input = vscode.window.createQuickPick<Item>();
  place(input, options);
  input.placeholder = options.placeholder;
  input.matchOnDescription = true;
  input.items = options.items;
  return run(input, (accept) => {
    const changes = input.onDidChangeValue((text) => {
      const typed = text.trim() === '' ? undefined : options.itemForText(text.trim());
      input.items = typed === undefined ? options.items : [{ ...typed, alwaysShow: true }, ...options.items];
    });
    const accepts = input.onDidAccept(() => {
      const [chosen] = input.activeItems;
      if (chosen !== undefined) {
        accept(chosen);
      }
    });
    return vscode.Disposable.from(changes, accepts);
  });
}

function place(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, position: StepPosition): void {
  input.title = position.title;
  input.step = position.step;
  input.totalSteps = position.totalSteps;
  input.buttons = position.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  // A folder dialogue or a look at another window must not lose what was answered so far.
  input.ignoreFocusOut = true;
}

type AnyInput<Item extends vscode.QuickPickItem> = vscode.QuickPick<Item> | vscode.InputBox;

function run<T, Item extends vscode.QuickPickItem>(
  input: AnyInput<Item>,
  listen: (accept: (value: T) => void) => vscode.Disposable,
): Promise<StepResult<T>> {
  return new Promise((resolve) => {
    const store = new DisposableStore();
    store.add(input);
    const finish = (result: StepResult<T>): void => {
      resolve(result);
      store.dispose();
    };
    store.add(listen((value) => finish({ kind: 'value', value })));
    store.add(
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) {
          finish({ kind: 'back' });
        }
      }),
    );
    // Comes also after an answer; a promise takes the first result only.
    store.add(input.onDidHide(() => finish({ kind: 'cancelled' })));
    input.show();
  });
}
