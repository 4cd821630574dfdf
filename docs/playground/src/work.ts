import { lastingOf } from '@hillock/core/network'
import { type Dataset, type EventDataset, subset } from '@hillock/datasets'
import { framesOf, type RunEvent, type Run as RunOf, runRecipe } from '@hillock/recipes'
import { backendOf } from './backends.ts'
import type { Compared, Comparison } from './compare.ts'
import { drawn, frameOf, partsOf } from './frame.ts'
import { createGate } from './gate.ts'
import type { Report, RunReport, Shown } from './messages.ts'
import { recipeOf, ruleOf } from './rules.ts'
import { isLearner, type Swap } from './settings.ts'
import { type Swappable, swappable } from './swappable.ts'
import type { Training } from './training.ts'

type Run = RunOf<Dataset | EventDataset>

/** Milliseconds between two looks at the network, and between two reports of a batch. */
const between = { frames: 200, batches: 100 }

/** What the page wants: looked at between two batches. */
export interface Wish {
  paused: boolean
  /** Batches that are still to be trained while paused. */
  steps: number
  frame: boolean
  /** The run whose weights are to be saved. */
  save: number | undefined
  swap: Swap['to'] | undefined
  shown: Shown
}

/** How the runs are held together with the page. */
export interface Page {
  readonly wish: Wish
  readonly abort: AbortController
  post(report: Report, transfer?: Transferable[]): void
  /** What is trained on, where the recipe does not make it. */
  readonly data: Dataset | EventDataset | undefined
  /** Until the page says something. */
  message(): Promise<void>
  /** Lets in what the page has said. */
  turn(): Promise<void>
}

/** A run, what can be swapped in it, and what is still to be told of it. */
interface Side {
  readonly training: Training
  readonly learner: Swappable
  threads: number
  run?: Run
  told?: RunReport
}

/** Trains, two runs batch by batch together, and answers between batches; after the last epoch it goes on answering until it is aborted. */
export async function work(trainings: readonly Training[], page: Page): Promise<void> {
  const { wish, post } = page
  const { signal } = page.abort
  const sides = await Promise.all(
    trainings.map(async (training): Promise<Side> => {
      const rule = await ruleOf(training.learner, recipeOf(training))
      return { training, learner: swappable(rule), threads: 1 }
    }),
  )
  const first = sides[0]!
  const runs = () => sides.flatMap(({ run }) => run ?? [])
  const last = { frame: 0, batch: 0 }
  let begun = false
  let compared: Compared | undefined
  let comparison: Comparison | undefined

  const gate = createGate(sides.length, signal, async () => {
    const now = performance.now()
    const { batches } = first.run!.session.counters
    for (const swap of first.training.swaps) if (swap.batch === batches) await apply(swap)
    const due = now - last.frame > between.frames || wish.paused
    if (sides.length === 2) await compare(batches, due)
    if (now - last.batch > between.batches || wish.paused) {
      last.batch = now
      for (const side of sides) tellBatch(side)
      await page.turn()
    }
    if (due) {
      last.frame = now
      wish.frame = true
    }
    await serve()
    // the first time they meet, no batch has been trained
    if (begun && wish.steps > 0) wish.steps--
    begun = true
    while (wish.paused && wish.steps === 0 && !signal.aborted) {
      await page.message()
      await serve()
    }
  })

  const train = async (side: Side) => {
    const { training, learner } = side
    const { backend, threads } = await backendOf(training.backend)
    side.threads = threads
    const onEvent = async (event: RunEvent, run: Run) => {
      if (signal.aborted) return
      side.run = run
      tellEvent(side, event)
      if (event.event === 'start' || event.event === 'batch') await gate()
    }
    const learners = { [training.learner]: () => learner }
    await runRecipe(recipeOf(training), { learners, backend, data: page.data, seed: training.seed, signal, onEvent })
  }
  // a run that fails takes the other one along
  const ends = sides.map((side) =>
    train(side).catch((error: Error) => {
      page.abort.abort(error)
      throw error
    }),
  )
  try {
    await Promise.all(ends)
    if (sides.length === 2) await compare(first.run!.session.counters.batches, true)
    wish.frame = true
    while (!signal.aborted) {
      await serve()
      if (!signal.aborted) await page.message()
    }
  } finally {
    await Promise.allSettled(ends)
    await Promise.allSettled(runs().map(({ session }) => session.dispose()))
  }

  function tell(side: Side, report: RunReport, transfer?: Transferable[]): void {
    post({ ...report, side: sides.indexOf(side) }, transfer)
  }

  function tellBatch(side: Side): void {
    if (side.told) tell(side, side.told)
    delete side.told
  }

  function tellEvent(side: Side, event: RunEvent): void {
    if (event.event === 'batch') {
      const { epoch, epochs, batch, batches, loss, accuracy } = event
      side.told = { type: 'batch', epoch, epochs, batch, batches, loss, accuracy }
      return
    }
    tellBatch(side)
    if (event.event === 'start') {
      tell(side, { type: 'start', recipe: side.run!.recipe, parameters: event.parameters, threads: side.threads })
    } else if (event.event === 'epoch') tell(side, { type: 'epoch', report: event })
    else if (event.event === 'warning') tell(side, { type: 'warning', warning: event })
    else tell(side, { type: 'end', seconds: event.seconds })
  }

  /** Does what the page wants. */
  async function serve(): Promise<void> {
    const { swap, save, frame } = wish
    wish.swap = wish.save = undefined
    wish.frame = false
    if (swap) await apply({ batch: first.run!.session.counters.batches, to: swap })
    if (frame) for (const side of sides) await show(side).catch(unreadable)
    if (save !== undefined) await pack(runs()[save]!)
  }

  /** A recording that cannot be read is given up, the run goes on. */
  function unreadable(error: Error): void {
    if (!('recording' in wish.shown)) throw error
    wish.shown = { example: 0, pick: wish.shown.pick }
    wish.frame = true
    post({ type: 'unreadable', message: error.message })
  }

  async function show(side: Side): Promise<void> {
    const { session, dataset, recipe } = side.run!
    const { shown } = wish
    const labelled = 'example' in shown
    const example = async () => {
      if (labelled) return subset(dataset.test, [shown.example % dataset.test.count])
      if ('drawing' in shown) return drawn(shown.drawing, dataset.classes)
      return (await import('./reading.ts')).recordingOf(shown.recording, framesOf(recipe)!)
    }
    const frame = await frameOf(session, recipe.steps, await example(), { labelled, pick: shown.pick })
    tell(side, { type: 'frame', frame }, partsOf(frame))
  }

  async function pack({ session, recipe, seed }: Run): Promise<void> {
    const { packed } = await import('./pack.ts')
    const about = { recipe, seed, epochs: session.counters.epochs }
    post({ type: 'model', bytes: packed(session.network, await session.snapshot(), about) })
  }

  /** A learner or a backend goes on where another one was; one that there is none of here leaves all as it is. */
  async function apply(swap: Swap): Promise<void> {
    const { session, recipe } = first.run!
    try {
      if (isLearner(swap.to)) first.learner.swap(await ruleOf(swap.to, recipe))
      else {
        const { backend, threads } = await backendOf(swap.to)
        await session.use(backend)
        first.threads = threads
      }
      post({ type: 'swapped', swap, threads: first.threads })
    } catch (error) {
      post({ type: 'refused', message: (error as Error).message })
    }
  }

  /** Looks where two runs differ: at each batch until all tensors do, then whenever the page is told. */
  async function compare(batch: number, due: boolean): Promise<void> {
    if (comparison?.batch !== batch && (due || !comparison?.parted)) {
      const [a, b] = await Promise.all(runs().map(({ session }) => session.snapshot()))
      const names = first.run!.session.network.layers.flatMap((layer) => lastingOf(layer).map(({ name }) => name))
      if (comparison) compared = comparison.look(batch, [a!, b!])
      else comparison = (await import('./compare.ts')).createComparison(names, [a!, b!])
    }
    if (due && compared) post({ type: 'compared', compared })
  }
}
