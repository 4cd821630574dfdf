import { connectionText, isNeuron, type Recipe, recipes } from '@hillock/recipes'
import { printEvent } from '../output/print-event.ts'
import { table } from '../output/table.ts'

/** Lists every recipe; with `json` each one whole. */
export function listRecipes({ json }: { readonly json?: boolean }): void {
  const about = recipes.map((recipe) => ({
    name: recipe.name,
    dataset: recipe.dataset.name,
    network: networkText(recipe),
    learner: recipe.learner.name,
    source: recipe.source,
  }))
  if (json) {
    for (const [i, fields] of about.entries()) printEvent('recipe', { ...fields, recipe: recipes[i] })
    return
  }
  const rows = [['recipe', 'dataset', 'network', 'learner', 'source'], ...about.map((fields) => Object.values(fields))]
  process.stdout.write(`${table(rows, 5)}\n`)
}

/** `128 lif, 10 lif`; `12C5-P2 lif, 10 lif`; `16C3 lif a, 8C3 + identity from a lif, 10 lif`. */
function networkText({ network }: Recipe): string {
  const layers: string[] = []
  let sources = ''
  for (const part of network) {
    if (isNeuron(part)) {
      const words = [sources, part.recurrent && 'recurrent', neuronName(part.neuron), part.name]
      layers.push(words.filter((word) => word !== undefined).join(' '))
      sources = ''
    } else sources += `${sources === '' ? '' : part.from === undefined ? '-' : ' + '}${connectionText(part)}`
  }
  return layers.join(', ')
}

const neuronName = (neuron: unknown): string =>
  typeof neuron === 'string' ? neuron : (neuron as { readonly name: string }).name
