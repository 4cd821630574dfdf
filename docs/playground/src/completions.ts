import { functions } from '@hillock/core/equations'

export interface Completion {
  readonly label: string
  /** What it is, in a word. */
  readonly detail: string
  /** What is written. */
  readonly apply: string
}

const namesIn = (text: string) => Array.from(text.matchAll(/(\w+)\s*=/g), ([, name]) => name!)

/** Names that equations may use: what comes in and goes out, states, parameters, what a line sets, and the functions of the language. */
export function completionsOf(text: { equations: string; params: string; states: string }): Completion[] {
  const found = new Map<string, string>([['input', 'input']])
  const add = (names: readonly string[], detail: string) => {
    for (const name of names) if (!found.has(name)) found.set(name, detail)
  }
  add(namesIn(text.states), 'state')
  add(namesIn(text.params), 'parameter')
  add(['spike'], 'output')
  add(
    Array.from(text.equations.matchAll(/^\s*([A-Za-z_]\w*)\s*=(?!=)/gm), ([, name]) => name!),
    'set above',
  )
  add(['pi'], 'constant')
  add(['t'], 'time step, from 0')
  return [
    ...Array.from(found, ([label, detail]) => ({ label, detail, apply: label })),
    ...Object.entries(functions).map(([label, [count]]) => ({
      label,
      detail: 'function',
      apply: count === 0 ? `${label}()` : `${label}(`,
    })),
  ]
}
