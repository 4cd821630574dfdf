import { readFile } from 'node:fs/promises'
import {
  HillockError,
  type Network,
  parametersOf,
  readSafetensors,
  type Snapshot,
  writeSafetensors,
} from '@hillock/core'
import { writeWhole } from './files.ts'
import { version } from './plugins.ts'
import { parseRecipe, type Recipe } from './recipe.ts'

export interface SavedModel {
  readonly recipe: Recipe
  readonly seed: number
  readonly inputs: number
  readonly weights: Snapshot
}

/** Saves what a network has learnt, with all that it takes to build it again. Errors: HILLOCK_OUTPUT. */
export async function saveModel(
  path: string,
  network: Network,
  snapshot: Snapshot,
  about: { readonly recipe: Recipe; readonly seed: number; readonly epochs: number },
): Promise<void> {
  const names = network.layers.flatMap((layer) => parametersOf(layer).map(({ name }) => name))
  const weights = new Map(names.map((name) => [name, snapshot.get(name)!]))
  const metadata = {
    format: 'hillock 1',
    hillock: version(),
    node: process.version,
    recipe: JSON.stringify(about.recipe),
    seed: String(about.seed),
    epochs: String(about.epochs),
    inputs: String(network.inputs),
  }
  await writeWhole(path, writeSafetensors(weights, metadata))
}

/** Reads a model back; nothing in it is trusted. Errors: HILLOCK_USAGE where there is none, HILLOCK_DATA_DAMAGED. */
export async function loadModel(path: string): Promise<SavedModel> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const message = `${path} cannot be read: ${(cause as Error).message}`
    throw new HillockError('HILLOCK_USAGE', message, { hint: 'give --model the file that train --out wrote', cause })
  })
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== 'hillock 1') {
    throw damaged(
      path,
      `its format is ${JSON.stringify(metadata.format)}`,
      'give a model.safetensors that hillock wrote',
    )
  }
  const [seed, inputs] = [Number(metadata.seed), Number(metadata.inputs)]
  if (seed >>> 0 !== seed || inputs >>> 0 !== inputs) throw damaged(path, 'its seed or its inputs are not numbers')
  let recipe: Recipe
  try {
    recipe = parseRecipe(JSON.parse(metadata.recipe ?? ''), 'its recipe')
  } catch (cause) {
    throw damaged(path, (cause as Error).message.split('\n')[0]!)
  }
  return { recipe, seed, inputs, weights: tensors }
}

/** Checks that a file holds just the weights of a network. Errors: HILLOCK_DATA_DAMAGED. */
export function checkWeights(path: string, network: Network, weights: Snapshot): void {
  for (const { name, shape } of network.layers.flatMap(parametersOf)) {
    const found = weights.get(name)?.shape
    if (found?.join() === shape.join()) continue
    const what = found === undefined ? `lacks '${name}'` : `has '${name}' as [${found.join(', ')}]`
    throw damaged(path, `it ${what} where its recipe needs [${shape.join(', ')}]`)
  }
}

function damaged(path: string, what: string, hint = 'train again with --out, or fetch the file again'): HillockError {
  return new HillockError('HILLOCK_DATA_DAMAGED', `${path} is no sound model: ${what}`, { hint })
}
