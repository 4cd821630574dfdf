import { useEffect, useRef, useState } from 'preact/hooks'
import { Picture } from './canvas.tsx'
import { curvesOf } from './curves.ts'
import type { Frame } from './messages.ts'
import { PickedView } from './picked-view.tsx'
import { drawLines, drawRaster, drawStrips, neuronAt, rasterHeight, ratesOf, stripsHeight } from './pictures.ts'
import { change, cursor, failure, paused, type Run, settings } from './state.ts'
import { useStore } from './store.ts'
import { tableOfLines, tableOfRates, tableOfSpikes } from './tables.ts'

const digits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const percent = (part: number) => `${(100 * part).toFixed(1)} %`

/** Where the run stands, in figures. */
export function Standing({ of: { progress } }: { of: Run }) {
  const { batch, epochs, seconds, threads } = useStore(progress)
  const failed = useStore(failure)
  const best = epochs.at(-1)?.testAccuracy
  if (failed) return <p role="alert">{failed}</p>
  if (!batch) return <p class="standing">Getting ready ...</p>
  return (
    <p class="standing">
      <progress
        max={batch.epochs * batch.batches}
        value={(batch.epoch - 1) * batch.batches + batch.batch}
        aria-label="Training"
      />{' '}
      Epoch {batch.epoch} of {batch.epochs}, batch {batch.batch} of {batch.batches}. Loss <b>{batch.loss.toFixed(3)}</b>
      , training accuracy <b>{percent(batch.accuracy)}</b>, test accuracy{' '}
      <b data-test-accuracy={best}>{best === undefined ? 'not yet known' : percent(best)}</b>.
      {seconds !== undefined && ` Trained in ${seconds.toFixed(1)} s`}
      {seconds !== undefined && ` on ${threads === 1 ? 'one thread' : `${threads} threads`}.`}
    </p>
  )
}

export function Curves({ of: { progress } }: { of: Run }) {
  const { points, epochs, batch } = useStore(progress)
  const tests = epochs.map(({ testAccuracy }) => testAccuracy)
  const { loss, accuracy, most } = curvesOf(points, tests, batch?.epochs ?? 1)
  const last = epochs.at(-1)
  const sentence =
    last === undefined
      ? 'No epoch is done yet.'
      : `After epoch ${last.epoch}: loss ${last.trainLoss.toFixed(3)}, training ${percent(last.trainAccuracy)}, test ${percent(last.testAccuracy ?? 0)}.`
  return (
    <div class="curves">
      <Picture
        name="Loss over the epochs"
        sentence=""
        height={120}
        draw={(pen) => drawLines(pen, [loss], [0, most])}
        table={() => tableOfLines([loss], 'epoch', batch?.epochs)}
      />
      <Picture
        name="Accuracy over the epochs"
        sentence={sentence}
        height={120}
        draw={(pen) => drawLines(pen, accuracy, [0, 1])}
        table={() => tableOfLines(accuracy, 'epoch', batch?.epochs)}
      />
    </div>
  )
}

/** How often each output fires, with the digit that it stands for. */
export function Outputs({ of: { frame } }: { of: Pick<Run, 'frame'> }) {
  const shown = useStore(frame)
  if (!shown) return null
  const rates = ratesOf(shown.layers.at(-1)!, shown.steps)
  const names = rates.length === 10 ? digits : Array.from(rates, (_, n) => `class ${n}`)
  return (
    <div>
      <ol class="outputs" aria-label="Outputs">
        {Array.from(rates, (rate, n) => (
          <li key={n} class={n === shown.prediction ? 'predicted' : ''}>
            <span>
              {rates.length === 10 && n} {names[n]}
            </span>
            <meter min={0} max={1} value={rate} aria-label={`rate of output ${n}`} />
            <span>{Math.round(rate * shown.steps)}</span>
          </li>
        ))}
      </ol>
      <p class="verdict">
        Taken for <b data-prediction={shown.prediction}>{names[shown.prediction]}</b>
        {shown.label !== undefined &&
          (shown.label === shown.prediction ? ', rightly' : `; it is ${names[shown.label]}`)}
        .
      </p>
    </div>
  )
}

/** Moves the cursor, unless the user holds it or wants no motion. */
function useMotion(steps: number, moving: boolean) {
  useEffect(() => {
    if (!moving) return
    const timer = setInterval(() => cursor.set((cursor.value + 1) % steps), 150)
    return () => clearInterval(timer)
  }, [steps, moving])
}

const calm = matchMedia('(prefers-reduced-motion: reduce)')

export function Cursor({ steps }: { steps: number }) {
  const at = useStore(cursor)
  const [moving, setMoving] = useState(!calm.matches)
  useMotion(steps, moving)
  return (
    <div class="cursor">
      <label>
        Time step {at + 1}
        <input
          type="range"
          min={0}
          max={steps - 1}
          value={at}
          onInput={({ currentTarget }) => {
            setMoving(false)
            cursor.set(Number(currentTarget.value))
          }}
        />
      </label>
      <button type="button" onClick={() => setMoving(!moving)}>
        {moving ? 'Hold time' : 'Let time run'}
      </button>
    </div>
  )
}

const subject = ({ label, layers }: Frame) => {
  if (label === undefined) return 'the input'
  return layers.at(-1)!.size === 10 ? `a ${digits[label]}` : `class ${label}`
}

/** All neurons at one example: who fires how much, and when. */
export function Neurons({ of: { frame } }: { of: Pick<Run, 'frame'> }) {
  const shown = useStore(frame)
  const at = useStore(cursor)
  const urgent = useStore(paused)
  useStore(settings)
  const place = useRef<HTMLDivElement>(null)
  if (!shown) return null
  const width = place.current?.clientWidth ?? 300
  const t = Math.min(at, shown.steps - 1)
  const count = (i: number) => shown.layers[i]!.spikes.reduce((sum, spike) => sum + spike, 0)
  const counts = shown.layers.map(({ name }, i) => `${name} ${Number(count(i).toFixed(1))}`).join(', ')
  const silent = shown.layers.map(
    (layer) => `${ratesOf(layer, shown.steps).filter((rate) => rate === 0).length} of ${layer.size} in ${layer.name}`,
  )
  return (
    <div class="neurons" ref={place}>
      <Picture
        name="Neurons of each layer by their rate"
        sentence={`Shown ${subject(shown)}; silent are ${silent.join(', ')}.`}
        urgent={urgent}
        height={stripsHeight(shown, width)}
        onPoint={(x, y, across) => {
          const pick = neuronAt(shown, across, x, y)
          if (pick) change({ pick })
        }}
        draw={(pen) => drawStrips(pen, shown, t)}
        table={() => tableOfRates(shown)}
      />
      <Picture
        name="Spikes of all layers over time"
        sentence={`Spikes within ${shown.steps} steps: ${counts}.`}
        urgent={urgent}
        height={rasterHeight(shown)}
        draw={(pen) => drawRaster(pen, shown, t)}
        table={() => tableOfSpikes(shown)}
      />
      <PickedView of={shown} />
    </div>
  )
}
