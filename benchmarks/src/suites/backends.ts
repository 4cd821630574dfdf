import {
  type Backend,
  createSession,
  type Dataset,
  HillockError,
  type Learner,
  type Session,
  type Snapshot,
} from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { decolle } from '@hillock/learner-decolle'
import { eligibility } from '@hillock/learner-eligibility'
import { hebbian } from '@hillock/learner-hebbian'
import { randomBp } from '@hillock/learner-random-bp'
import { stdp } from '@hillock/learner-stdp'
import { findRecipe, isEmulated, learnerOptions, type Recipe, recipeParts } from 'hillock'
import { type Contender, label } from '../backends.ts'
import { images } from '../images.ts'
import { digits, spread, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { createStepper, type Stepper } from '../stepper.ts'
import { type Measured, measure } from './measure.ts'

export interface BackendsOptions {
  readonly recipes: readonly string[]
  /** `own`: that of the recipe. One that cannot train a recipe's network is left out there. */
  readonly learners: readonly string[]
  readonly on: readonly Contender[]
}

/** Learners by name; what they are given has come as data, and they check it. */
const learners: Readonly<Record<string, (options: never) => Learner>> = {
  bptt,
  decolle,
  eligibility,
  hebbian,
  'random-bp': randomBp,
  stdp,
}

/** So many batches bring the network to what it does when it learns, and so many are compared. */
const batches = { before: 10, compared: 3 }
/** Losses of the same batches differ by no more than this part of them. */
const equal = 1e-4

/** A backend with a recipe and a learner. */
export interface Row {
  readonly recipe: string
  readonly learner: string
  readonly backend: string
  /** Name of the device and its driver, where the backend says. */
  readonly device?: string
  readonly emulated?: true
  /** By which part losses differ at most from those on the first backend. */
  readonly differs: number
  /** Absent where losses are not equal. */
  readonly ms?: Measured['ms']
}

export interface Absent {
  readonly backend: string
  readonly reason: string
}

/** The same training on several backends: first whether losses are equal, then what a step takes, by tinybench. */
export async function backendsSuite({ recipes, learners: names, on }: BackendsOptions): Promise<Report> {
  const rows: Row[] = []
  const { present, absent } = await working(on)
  for (const recipe of recipes.map(findRecipe)) {
    const data = await dataOf(recipe)
    const chosen = new Set(names.map((name) => (name === 'own' ? recipe.learner.name : name)))
    for (const learner of chosen) rows.push(...(await compare(recipe, learner, data, present)))
  }
  return {
    name: 'backends',
    title: 'Backends',
    about:
      'Median ms of a training step through the session: encoding, forward, backward, update. Before that, losses of the same batches are ' +
      'compared with those on the first backend. Emulated devices are not ranked.',
    figures: { rows, absent },
    tables: [rowsTable(rows), ...absent.map(toldAbsent)].join('\n\n'),
  }
}

/** Those that work here, and why others do not. */
async function working(on: readonly Contender[]): Promise<{ present: Contender[]; absent: Absent[] }> {
  const [present, absent] = [[] as Contender[], [] as Absent[]]
  for (const contender of on) {
    const reason = await reasonOf(contender)
    if (reason === undefined) present.push(contender)
    else absent.push({ backend: contender.backend, reason })
  }
  return { present, absent }
}

const toldAbsent = ({ backend, reason }: Absent): string => `Not available: ${backend}: ${reason}`

/** Why a backend does not work here. */
async function reasonOf({ make }: Contender): Promise<string | undefined> {
  try {
    await (await make()).dispose()
    return undefined
  } catch (error) {
    if (error instanceof HillockError && error.code === 'HILLOCK_UNSUPPORTED')
      return error.message.replaceAll('\n', '; ')
    throw error
  }
}

async function dataOf({ dataset: { name, train, test } }: Recipe): Promise<Dataset> {
  const data = name === 'glyphs' ? glyphs({ ...(train && { train }), ...(test && { test }) }) : await images()
  return { train: data.train, test: take(data.test, 1) }
}

async function compare(recipe: Recipe, name: string, data: Dataset, on: readonly Contender[]): Promise<Row[]> {
  const make = learners[name]
  if (make === undefined) throw new Error(`no learner '${name}': there are own, ${Object.keys(learners).join(', ')}`)
  const own = recipe.learner.name === name
  const spec = own ? recipe.learner : { name, ...(recipe.learner.optimizer && { optimizer: recipe.learner.optimizer }) }
  const open = (backend: Backend, snapshot?: Snapshot): Session =>
    createSession({
      ...recipeParts(recipe, data.train.features),
      ...{ learner: make(learnerOptions(spec) as never), backend, seed: 1 },
      ...(snapshot && { snapshot }),
    })
  const at = { recipe: recipe.name, learner: name }
  let snapshot: Snapshot
  try {
    snapshot = await begun(open(await on[0]!.make()), data, recipe.batchSize)
  } catch (error) {
    if (own || !(error instanceof HillockError)) throw error
    process.stderr.write(`${recipe.name}, ${name}: left out: ${error.message.split('\n')[0]}\n`)
    return []
  }
  const rows: Row[] = []
  let wanted: readonly number[] | undefined
  for (const contender of on) {
    const backend = await contender.make()
    const session = open(backend, snapshot)
    const stepper = createStepper(session, data, recipe.batchSize)
    const losses = await lossesOf(stepper)
    wanted ??= losses
    const differs = Math.max(...losses.map((loss, i) => Math.abs(loss / wanted![i]! - 1)))
    const labels = { ...at, backend: label(contender) }
    const found = differs > equal ? [] : await measure([async () => ({ labels, run: () => stepper.step() })])
    const device = 'device' in backend ? String(backend.device) : undefined
    rows.push({
      ...labels,
      ...(device !== undefined && { device, ...(isEmulated(device) && { emulated: true }) }),
      differs,
      ...(found[0] && { ms: found[0].ms }),
    })
    await stepper.stop()
    await session.dispose()
  }
  return rows
}

/** Weights and what the learner remembers after some batches. */
async function begun(session: Session, data: Dataset, batchSize: number): Promise<Snapshot> {
  const stepper = createStepper(session, data, batchSize)
  try {
    for (let i = 0; i < batches.before; i++) await stepper.step()
    return await session.snapshot()
  } finally {
    await stepper.stop()
    await session.dispose()
  }
}

/** Losses of the next batches. */
async function lossesOf(stepper: Stepper): Promise<number[]> {
  const losses: number[] = []
  for (let i = 0; i < batches.compared; i++) losses.push((await stepper.step()).loss)
  return losses
}

/** One table; speeds are against the first backend of the same recipe and learner. */
export function rowsTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const first = rows.find(({ recipe, learner }) => recipe === row.recipe && learner === row.learner)!
    return [
      ...[row.recipe, row.learner, row.backend, row.device ?? '', row.differs.toExponential(0)],
      ...(row.ms ? [digits(row.ms.median), spread(row.ms), String(row.ms.count)] : ['', '', '']),
      rank(row, first),
    ]
  })
  return table([['recipe', 'learner', 'backend', 'device', 'differs by', 'ms', 'quartiles', 'runs', 'speed'], ...cells])
}

function rank({ emulated, ms }: Row, first: Row): string {
  if (ms === undefined) return 'not equal'
  if (emulated) return 'emulated'
  return first.emulated || first.ms === undefined ? '' : `${digits(first.ms.median / ms.median)}x`
}
