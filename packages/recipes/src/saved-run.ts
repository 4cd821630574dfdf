import {
  type Checkpoint,
  type Counters,
  type EpochReport,
  HillockError,
  readCheckpoint,
  type Session,
  writeCheckpoint,
} from '@hillock/core'
import * as z from 'zod/mini'
import { ofFile, recipeOf } from './model.ts'
import { strictObject, table } from './objects.ts'
import { type BackendSpec, backendSchema, type Recipe } from './recipe.ts'

/** Facts about a run that the session does not know. */
export interface RunFacts {
  /** The recipe. */
  readonly recipe: Recipe
  /** The seed. */
  readonly seed: number
  /** The backend it ran on. */
  readonly backend: BackendSpec
  /** How many examples it trains on. */
  readonly examples: number
  /** A digest of its training, validation and test set; undefined in files of hillock 0.1. */
  readonly data: string | undefined
  /** Of the epochs that are done. */
  readonly reports: readonly EpochReport[]
}

/** The state of a run. */
export type SavedRun = Checkpoint & RunFacts

const rate = z.number()
/** JSON has no NaN: what is not known is null. */
const rateOrNull = z.nullable(rate)
const metrics = table(rate)
const reportsSchema = z.array(
  strictObject({
    epoch: z.int().check(z.minimum(1)),
    trainLoss: rateOrNull,
    trainAccuracy: rateOrNull,
    validationLoss: z.optional(rate),
    validationAccuracy: z.optional(rate),
    testLoss: z.optional(rate),
    testAccuracy: z.optional(rate),
    seconds: rate,
    density: z.array(rate),
    synapticOperations: rate,
    warnings: z.array(strictObject({ code: z.string(), message: z.string() })),
    metrics: z.optional(metrics),
    layers: z.optional(table(metrics)),
  }),
)

/** Where a run stands, in words. */
export const pointOf = ({ epochs, position }: Counters): string =>
  `after epoch ${epochs}${position === 0 ? '' : ` and ${position} batches of the next`}`

/** Packs a run as a checkpoint that `evaluate` reads as a model, too. */
export async function writeRun(
  session: Session,
  { recipe, seed, backend, examples, data, reports }: RunFacts,
  versions: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { counters, network } = session
  return writeCheckpoint(
    { seed, counters, snapshot: await session.snapshot() },
    {
      ...versions,
      recipe: JSON.stringify(recipe),
      inputs: String(network.inputs),
      backend: textOf(backend),
      examples: String(examples),
      ...(data !== undefined && { data }),
      reports: JSON.stringify(reports),
    },
  )
}

/** Reads a saved run. Throws HILLOCK_DATA_DAMAGED if anything in it cannot be read. */
export function readRun(bytes: Uint8Array, name: string): SavedRun {
  const { metadata, ...checkpoint } = ofFile(name, () => readCheckpoint(bytes))
  const recipe = recipeOf(metadata, name)
  const { examples = '', data, reports = '' } = metadata
  if (!/^\d{1,15}$/.test(examples)) throw damaged(name, 'the number of its examples is none')
  const backend = backendOf(metadata, name)
  return { ...checkpoint, recipe, backend, examples: Number(examples), data, reports: reportsOf(reports, name) }
}

/** A name alone where there are no options, as hillock 0.1 wrote it. */
const textOf = (backend: BackendSpec): string =>
  Object.keys(backend).length === 1 ? backend.name : JSON.stringify(backend)

/** The backend in a file's metadata. Throws HILLOCK_DATA_DAMAGED if it cannot be read. */
function backendOf({ backend = '' }: Readonly<Record<string, string>>, name: string): BackendSpec {
  try {
    return backendSchema.parse(backend.startsWith('{') ? JSON.parse(backend) : { name: backend })
  } catch {
    throw damaged(name, 'its backend cannot be read')
  }
}

/** The reports of epochs in a checkpoint or a report. Throws HILLOCK_DATA_DAMAGED if it cannot be read. */
export function reportsOf(text: string, name: string): EpochReport[] {
  try {
    return reportsSchema.parse(JSON.parse(text)).map(({ trainLoss, trainAccuracy, ...report }) => ({
      ...report,
      trainLoss: trainLoss ?? Number.NaN,
      trainAccuracy: trainAccuracy ?? Number.NaN,
    })) as EpochReport[]
  } catch {
    throw damaged(name, 'its reports of epochs cannot be read')
  }
}

function damaged(name: string, what: string): HillockError {
  const hint = 'resume from a folder that hillock train --out wrote'
  return new HillockError('HILLOCK_DATA_DAMAGED', `${name} is not valid: ${what}`, { hint })
}
