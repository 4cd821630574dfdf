import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view'
import { completionsOf } from './completions.ts'
import type { Settings } from './settings.ts'
import type { Fault } from './simulate.ts'

/** The text that is edited, what names to complete, and where it is wrong. */
export interface Shown extends Pick<Settings, 'equations' | 'params' | 'states'> {
  readonly fault: Fault | undefined
}

export interface Editor {
  show(shown: Shown): void
  focus(): void
  destroy(): void
}

const style = EditorView.theme({
  '&': { border: '1px solid color-mix(in srgb, var(--text) 45%, transparent)' },
  '&.cm-focused': { outline: '3px solid var(--second)', outlineOffset: '1px' },
  '.cm-scroller': { font: '14px / 1.5 ui-monospace, monospace' },
  '.cm-content': { minHeight: '7.5rem', padding: '0.5rem', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0' },
  '.cm-fault': {
    background: 'color-mix(in srgb, var(--wrong) 40%, transparent)',
    borderBottom: '2px solid var(--wrong)',
  },
  '.cm-tooltip': { color: 'var(--text)', background: 'var(--ground)', border: '1px solid var(--text)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--ground)',
    background: 'var(--accent)',
  },
})

const markAt = StateEffect.define<Fault['at']>()
const mark = Decoration.mark({ class: 'cm-fault' })

/** The character where the text is wrong; at the end of a line the one before. */
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, { effects, changes, state: { doc } }) {
    const told = effects.find((effect) => effect.is(markAt))
    if (!told) return before.map(changes)
    const at = told.value as Fault['at']
    if (!at || at.line >= doc.lines) return Decoration.none
    const { from, to } = doc.line(at.line + 1)
    const start = Math.max(from, Math.min(from + at.column, to - 1))
    return start === to ? Decoration.none : Decoration.set(mark.range(start, start + 1))
  },
  provide: (field) => EditorView.decorations.from(field),
})

/**
 * An editor with completion of names, in a shadow tree: its styles are adopted there as a style sheet, so that a policy needs to allow no styles
 * within the page. Tab leaves it.
 */
export function createEditor(
  place: HTMLElement,
  first: Shown,
  { label, selection, change }: { label: string; selection: number; change: (equations: string) => void },
): Editor {
  let shown = first
  const root = place.attachShadow({ mode: 'open' })
  const complete = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/\w*/)
    if (!word || (word.from === word.to && !context.explicit) || /^\d/.test(word.text)) return null
    // a screen reader says both as one text
    const options = completionsOf(shown).map((each) => ({ ...each, detail: ` ${each.detail}` }))
    return { from: word.from, options, validFor: /^\w*$/ }
  }
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: first.equations,
      selection: { anchor: selection },
      extensions: [
        history(),
        keymap.of([...standardKeymap, ...historyKeymap]),
        autocompletion({ override: [complete], icons: false }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of(() => ({
          'aria-label': label,
          'aria-invalid': String(shown.fault !== undefined),
        })),
        EditorView.updateListener.of(({ docChanged, state }) => {
          const text = state.doc.toString()
          if (docChanged && text !== shown.equations) change(text)
        }),
        marks,
        style,
      ],
    }),
  })
  const show = (next: Shown) => {
    shown = next
    const { doc } = view.state
    const other = doc.toString() !== next.equations
    view.dispatch({
      ...(other && { changes: { from: 0, to: doc.length, insert: next.equations } }),
      effects: markAt.of(next.fault?.at),
    })
  }
  show(first)
  return { show, focus: () => view.focus(), destroy: () => view.destroy() }
}
