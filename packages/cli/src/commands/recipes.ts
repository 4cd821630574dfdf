import { printEvent } from '../programs.ts'
import type { Part, Recipe } from '../recipe.ts'
import { recipes } from '../recipes/index.ts'
import { table } from '../table.ts'

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

/** `128 lif, 10 lif`. */
function networkText({ network }: Recipe): string {
  const words = network.map((part: Part) =>
    'dense' in part ? String(part.dense) : `${'recurrent' in part ? 'recurrent ' : ''}${neuronName(part.neuron)}`,
  )
  return words.reduce((text, word, i) => (i === 0 ? word : `${text}${i % 2 === 0 ? ', ' : ' '}${word}`))
}

const neuronName = (neuron: unknown): string =>
  typeof neuron === 'string' ? neuron : (neuron as { readonly name: string }).name
