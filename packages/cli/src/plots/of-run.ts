import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type EpochReport, HillockError, readSafetensors } from '@hillock/core'
import type { Figure } from '@hillock/plot'
import { reportsOf, type SavedModel } from '@hillock/recipes'
import { plot } from '../output/figure-file.ts'
import { reasonOf } from '../output/reasons.ts'

/** Loss and accuracies by epoch. Throws the errors of `readReports`. */
export async function curvesOf(model: Pick<SavedModel, 'recipe'>, epochs: readonly EpochReport[]): Promise<Figure> {
  return (await plot()).curves({ title: `${model.recipe.name}: learning curves`, epochs })
}

/** How much input and layers fired, by epoch. Throws the errors of `readReports`. */
export async function densityOf(
  { recipe, network, encoder }: Pick<SavedModel, 'recipe' | 'network' | 'encoder'>,
  epochs: readonly EpochReport[],
): Promise<Figure> {
  const named = (name: string, binary: boolean) => (binary ? name : `${name}: mean output`)
  const layers = network.layers.map(({ name, neuron }) => named(`${name} (${neuron.name})`, neuron.binary))
  const names = [named('input', encoder.binary), ...layers]
  return (await plot()).density({ title: `${recipe.name}: spike density during training`, epochs, names })
}

/**
 * What was reported of each epoch: a checkpoint holds it, beside a model lies the run's report.json. Throws HILLOCK_DATA_MISSING if there is neither,
 * or if no epoch was done; HILLOCK_DATA_DAMAGED if the report belongs to another run, or if the file is not a report.
 */
export async function readReports(model: SavedModel, bytes: Uint8Array, path: string): Promise<readonly EpochReport[]> {
  const { reports } = readSafetensors(bytes).metadata
  const epochs = reports === undefined ? await besideOf(model, path) : reportsOf(reports, path)
  if (epochs.length > 0) return epochs
  const hint = 'train for an epoch, then plot'
  throw new HillockError('HILLOCK_DATA_MISSING', `${path} has no epoch yet`, { hint })
}

async function besideOf(model: SavedModel, path: string): Promise<EpochReport[]> {
  const beside = join(dirname(path), 'report.json')
  const text = await readFile(beside, 'utf8').catch(async (cause: unknown) => {
    const found = `${beside}, which has the epochs, cannot be read: ${await reasonOf(cause, beside)}`
    const hint = 'keep it beside the model, or give --model the checkpoint.safetensors of the run'
    throw new HillockError('HILLOCK_DATA_MISSING', found, { hint, cause })
  })
  const report = parsed(text, beside)
  if (report.seed !== model.seed || !isDeepStrictEqual(report.recipe, model.recipe)) {
    const hint = 'put the report.json of the run beside its model'
    throw new HillockError('HILLOCK_DATA_DAMAGED', `${beside} belongs to another run than ${path}`, { hint })
  }
  return reportsOf(JSON.stringify(report.epochs), beside)
}

function parsed(text: string, path: string): { recipe?: unknown; seed?: unknown; epochs?: unknown } {
  try {
    const report: unknown = JSON.parse(text)
    if (typeof report === 'object' && report !== null) return report
  } catch {
    // told below
  }
  const hint = 'train again with --out'
  throw new HillockError('HILLOCK_DATA_DAMAGED', `${path} is not the report of a run`, { hint })
}
