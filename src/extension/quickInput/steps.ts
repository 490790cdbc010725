import { DisposableStore } from '../../base/disposable.ts';
import { vscode } from '../vscode.ts';

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

/** Why a text is no answer, in a few words. */
export interface NoAnswer {
  readonly problem: string;
}

export interface ChoiceStep<Item extends vscode.QuickPickItem> extends StepPosition {
  readonly placeholder: string;
  readonly items: readonly Item[];
  /** Makes an item of what was typed, shown first; or says why the text is no answer. */
  readonly itemForText: (text: string) => Item | NoAnswer;
}

/** Asks for one of some items, or for a text that is an answer too. */
export function askChoice<Item extends vscode.QuickPickItem>(options: ChoiceStep<Item>): Promise<StepResult<Item>> {
  const input = vscode.window.createQuickPick<Item | ProblemItem>();
  place(input, options);
  input.placeholder = options.placeholder;
  input.matchOnDescription = true;
  input.items = options.items;
  return run(input, (accept) => {
    const changes = input.onDidChangeValue((text) => {
      const typed = text.trim() === '' ? [] : [typedItem(text.trim(), options.itemForText)];
      input.items = [...typed, ...options.items];
    });
    const accepts = input.onDidAccept(() => {
      // Enter may come before VS Code has shown the items for the newest text: then the text's own, the first, is meant.
      const [active] = input.activeItems;
      const chosen = active !== undefined && input.items.includes(active) ? active : input.items[0];
      if (chosen !== undefined && !('problem' in chosen)) {
        accept(chosen);
      }
    });
    return vscode.Disposable.from(changes, accepts);
  });
}

interface ProblemItem extends vscode.QuickPickItem, NoAnswer {}

function typedItem<Item extends vscode.QuickPickItem>(
  text: string,
  itemForText: ChoiceStep<Item>['itemForText'],
): Item | ProblemItem {
  const typed = itemForText(text);
  return 'problem' in typed
    ? { label: `$(warning) ${text}`, description: typed.problem, problem: typed.problem, alwaysShow: true }
    : { ...typed, alwaysShow: true };
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
