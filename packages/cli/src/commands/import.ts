import { basename, join } from 'node:path'
import { HillockError } from '@hillock/core'
import type { NirOptions, ReadNir } from '@hillock/nir'
import { networkParts, parseRecipe, type Recipe, setPath, writeModel } from '@hillock/recipes'
import { makeFolder, readNamed, writeWhole } from '../output/files.ts'
import { printEvent } from '../output/print-event.ts'
import { grouped, table } from '../output/table.ts'
import { versions } from '../run/checkpoint-writer.ts'

export interface ImportCommand {
  readonly dt?: number
  readonly timeUnit?: NirOptions['timeUnit']
  readonly method?: NirOptions['method']
  readonly reset?: NirOptions['reset']
  readonly as?: string
  readonly dataset?: string
  readonly steps?: number
  readonly set?: readonly string[]
  readonly out: string
  readonly json?: boolean
}

/**
 * Reads a NIR file and writes it as a model of hillock. Throws HILLOCK_USAGE if no length of a step is given, or the file cannot be had, and what
 * `readNir`, `setPath` and `writeWhole` throw.
 */
export async function importNir(file: string, options: ImportCommand): Promise<void> {
  const { presets, readNir } = await import('@hillock/nir')
  const preset: Partial<NirOptions> = options.as === undefined ? {} : presets[options.as as keyof typeof presets]
  const said = Object.fromEntries(
    (['dt', 'timeUnit', 'method', 'reset'] as const).flatMap((name) =>
      options[name] === undefined ? [] : [[name, options[name]]],
    ),
  )
  const taken = { timeUnit: 's', method: 'euler', reset: 'zero', ...preset, ...said } as Partial<NirOptions>
  if (taken.dt === undefined) {
    const hint = 'NIR files do not contain it; for the files of the NIR paper, use --dt 1e-4'
    throw new HillockError('HILLOCK_USAGE', 'the length of a time step is missing: give --dt SECONDS', { hint })
  }
  const found = readNir(await readNamed(file, 'give the .nir file'), taken as NirOptions)
  const recipe = (options.set ?? []).reduce<Recipe>(
    (before, assignment) => setPath(before, assignment),
    recipeOf(file, found, taken, options),
  )
  await makeFolder(options.out)
  const path = join(options.out, 'model.safetensors')
  await writeWhole(path, writeModel(found.network, found.snapshot, { recipe, seed: 0, epochs: 0 }, versions()))
  tell(file, found, taken, recipe, path, options.json)
}

/** A recipe for what the file does not say: values as currents, and the counts of the last layer's spikes. */
function recipeOf(
  file: string,
  { network }: ReadNir,
  taken: Partial<NirOptions>,
  { dataset, steps }: ImportCommand,
): Recipe {
  const name =
    basename(file)
      .replace(/\.nir$/, '')
      .replace(/\p{Cc}/gu, '') || 'imported'
  return parseRecipe({
    name,
    description: `the network of ${name}.nir`,
    source: `NIR, read with ${shown(taken)}`,
    dataset: { name: dataset ?? 'mnist', shape: network.shape },
    steps: steps ?? 100,
    encoder: { name: 'constant' },
    network: networkParts(network),
    loss: { name: 'crossEntropy' },
    learner: { name: 'bptt' },
    epochs: 1,
    batchSize: 128,
  })
}

const shown = ({ dt, timeUnit, method, reset }: Partial<NirOptions>): string =>
  `--dt ${dt} --time-unit ${timeUnit} --method ${method} --reset ${reset}`

function tell(
  file: string,
  { network, notes }: ReadNir,
  taken: Partial<NirOptions>,
  recipe: Recipe,
  path: string,
  json?: boolean,
): void {
  const layers = network.layers.map(({ name, shape, neuron }) => ({ name, shape, neuron: neuron.name }))
  if (json) {
    const { dt, timeUnit, method, reset } = taken
    printEvent('import', {
      file,
      dt,
      timeUnit,
      method,
      reset,
      parameters: network.parameters,
      layers,
      notes,
      model: path,
    })
    return
  }
  const rows = [
    ['layer', 'shape', 'neuron'],
    ...layers.map(({ name, shape, neuron }) => [name, shape.join(' x '), neuron]),
  ]
  const told = notes.map(({ node, field, text }) => `${field === undefined ? node : `${node}.${field}`}: ${text}\n`)
  process.stdout.write(
    `read with ${shown(taken)}\n\n${table(rows, 3)}\n\n${grouped(network.parameters)} parameters, input ${network.shape.join(' x ')}\n`,
  )
  process.stdout.write(
    `${told.join('')}data set ${recipe.dataset.name}, ${recipe.steps} steps, encoder ${recipe.encoder.name}; change these with --set\nwritten: ${path}\n`,
  )
}
