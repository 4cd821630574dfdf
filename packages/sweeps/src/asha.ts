import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { giveUp, type TrainOptions } from './attempt.ts'
import { runFolder, runStatus } from './folder.ts'
import type { Plan, PlannedRun } from './plan.ts'
import { trained } from './run.ts'
import { scoreOf, type Validation, worth } from './validation.ts'

/** The best third of a rung goes on. */
const factor = 3

/** The epochs at which runs are compared: 1, 3, 9 and so on, and the last one. */
export function rungsOf(epochs: number): number[] {
  const rungs: number[] = []
  for (let rung = 1; rung < epochs; rung *= factor) rungs.push(rung)
  return [...rungs, epochs]
}

/** How far a run is. */
export interface Progress {
  /** What it came to in each epoch so far: the higher the better. */
  readonly values: readonly number[]
  readonly state: 'idle' | 'under way' | 'failed'
}

/**
 * What to train next, by asynchronous successive halving: a run that is among the best third of those that have come as far, from the top rung down, goes on to the next
 * one; where there is none, a new run begins. When all have begun and none is under way, the best of the highest rung goes on to the end, since a third of few is none. Gives the place of a run
 * and the epoch to train it to; undefined if there is nothing to do as things are.
 *
 * Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur, Hardt, Recht, Talwalkar 2020, A system for massively parallel hyperparameter tuning, algorithm 2.
 */
export function nextAsha(
  runs: readonly Progress[],
  epochs: number,
): { readonly place: number; readonly until: number } | undefined {
  const rungs = rungsOf(epochs)
  const idle = (place: number) => runs[place]!.state === 'idle'
  const at = (rung: number) => {
    const there = runs.flatMap(({ values }, place) =>
      values.length >= rung ? [{ place, value: values[rung - 1]! }] : [],
    )
    return there.sort((a, b) => worth(b.value) - worth(a.value) || a.place - b.place).map(({ place }) => place)
  }
  for (let k = rungs.length - 2; k >= 0; k--) {
    const [rung, next] = [rungs[k]!, rungs[k + 1]!]
    const best = at(rung)
    const promoted = best
      .slice(0, Math.floor(best.length / factor))
      .find((place) => idle(place) && runs[place]!.values.length < next)
    if (promoted !== undefined) return { place: promoted, until: next }
  }
  const place = runs.findIndex(({ values }, i) => idle(i) && values.length < rungs[0]!)
  if (place >= 0) return { place, until: rungs[0]! }
  if (runs.some(({ state }) => state === 'under way')) return undefined
  const highest = rungs.findLastIndex((rung) => at(rung).some(idle))
  const until = highest < 0 ? undefined : rungs[highest + 1]
  return until === undefined ? undefined : { place: at(rungs[highest]!).find(idle)!, until }
}

/** Options of `runAsha`. */
export interface AshaOptions extends TrainOptions {
  /** How many runs go on side by side. Default: 1. */
  readonly jobs?: number
}

/**
 * Trains the runs of a plan as `nextAsha` says. A run that does not go on is paused: it has a checkpoint, and going on loses nothing. How far each one is follows from its `metrics.jsonl`, so
 * that this can be stopped and started again. Throws HILLOCK_OUTPUT if the folder cannot be written.
 */
export async function runAsha({ runs }: Plan, options: AshaOptions): Promise<void> {
  const { out, jobs = 1, signal, onEvent = () => {} } = options
  const over = new Set<number>()
  const under = new Map<number, Promise<void>>()
  const valuesOf = runs.map(() => [] as readonly number[])
  const look = async (place: number) => {
    const { state } = await runStatus(out, runs[place]!)
    if (state === 'failed') over.add(place)
    valuesOf[place] = await measured(out, runs[place]!)
  }
  await Promise.all(runs.map((_, place) => look(place)))
  const train = async (place: number, until: number) => {
    const run = runs[place]!
    await trained(run, { ...options, until })
    await look(place)
    const status = await runStatus(out, run)
    if (status.state !== 'begun') onEvent({ event: 'end', ...status })
    // nothing came of it: it is not tried for ever
    else if (valuesOf[place]!.length < until && !signal?.aborted) {
      await giveUp(out, run, `it ended before epoch ${until}`)
      over.add(place)
    }
  }
  while (!signal?.aborted) {
    const stateOf = (place: number) => (over.has(place) ? 'failed' : under.has(place) ? 'under way' : 'idle')
    const progress = runs.map((_, place): Progress => ({ values: valuesOf[place]!, state: stateOf(place) }))
    const next = under.size < jobs ? nextAsha(progress, runs[0]!.recipe.epochs) : undefined
    if (next) {
      const { place, until } = next
      under.set(
        place,
        train(place, until).finally(() => under.delete(place)),
      )
    } else if (under.size > 0) await Promise.race(under.values())
    else return
  }
  await Promise.all(under.values())
}

/** What each epoch that a run has come to is worth. */
async function measured(out: string, run: PlannedRun): Promise<number[]> {
  const text = await readFile(join(runFolder(out, run), 'metrics.jsonl'), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => scoreOf(JSON.parse(line) as Validation))
}
