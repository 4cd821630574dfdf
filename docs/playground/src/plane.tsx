import type { Neuron } from '@hillock/core'
import { useMemo } from 'preact/hooks'
import { Picture } from './canvas.tsx'
import { drawPlane } from './draw-plane.ts'
import { drawLines, type Line } from './pictures.ts'
import { ratesFor, statesOf, stepFrom } from './simulate.ts'
import { tableOfLines } from './tables.ts'

/** Currents of the f-I curve, and steps that each is held for. */
const curve = { currents: 25, steps: 200 }

/** How often the neuron fires under currents up to four times the one that is chosen. */
export function FiringCurve({ of, level }: { of: Neuron; level: number }) {
  const most = 4 * level || 1
  const { currents, rates } = useMemo(() => {
    const currents = Float64Array.from({ length: curve.currents }, (_, n) => (most * n) / (curve.currents - 1))
    return { currents, rates: ratesFor(of, currents, curve.steps) }
  }, [of, most])
  const first = rates.findIndex((rate) => rate > 0)
  const line: Line = {
    name: `spikes a step, input from 0 to ${Number(most.toPrecision(3))}`,
    colour: 'accent',
    points: Array.from(rates, (rate, n) => [n / (curve.currents - 1), rate]),
  }
  const sentence =
    first < 0
      ? `It does not fire for inputs up to ${Number(most.toPrecision(3))}.`
      : `It fires from an input of ${Number(currents[first]!.toPrecision(3))} on, at ${Number(rates.at(-1)!.toPrecision(3))} spikes a step for ${Number(most.toPrecision(3))}.`
  return (
    <Picture
      name="f-I curve"
      sentence={sentence}
      urgent
      height={120}
      draw={(pen) => drawLines(pen, [line], [0, Math.max(0.1, ...rates)])}
      table={() => tableOfLines([line], 'input', most)}
    />
  )
}

const grid = 11

/** Two states against each other: the path of the neuron, and where a step leads from points around it. */
export function PhasePlane(props: {
  readonly of: Neuron
  readonly traces: Readonly<Record<string, Float64Array>>
  readonly current: Float64Array
}) {
  const { of, traces, current } = props
  const [a = '', b = ''] = statesOf(of)
  const { path, ranges, arrows } = useMemo(() => {
    const path = Array.from(traces[a]!, (x, t): [number, number] => [x, traces[b]![t]!])
    const rangeOf = (values: readonly number[]): [number, number] => {
      const finite = values.filter(Number.isFinite)
      const [least, most] = [Math.min(...finite), Math.max(...finite)]
      const margin = (most - least) * 0.1 || 0.5
      return [least - margin, most + margin]
    }
    const ranges = [rangeOf(path.map(([x]) => x)), rangeOf(path.map(([, y]) => y))] as const
    const at = ([least, most]: readonly [number, number], i: number) => least + ((most - least) * (i + 0.5)) / grid
    const points = Array.from({ length: grid * grid }, (_, i): [number, number] => [
      at(ranges[0], i % grid),
      at(ranges[1], Math.floor(i / grid)),
    ])
    const mean = current.reduce((sum, value) => sum + value, 0) / current.length
    const ends = stepFrom(of, points, mean)
    return { path, ranges, arrows: points.map((from, i) => ({ from, to: ends[i]! })) }
  }, [of, traces, current])
  return (
    <Picture
      name={`Phase plane of ${a} and ${b}`}
      sentence={`${a} is shown from ${ranges[0].map((value) => value.toFixed(2)).join(' to ')}, ${b} from ${ranges[1].map((value) => value.toFixed(2)).join(' to ')}; arrows: one step under the mean current.`}
      height={260}
      draw={(pen) => drawPlane(pen, { names: [a, b], ranges, path, arrows })}
      table={() => ({ head: ['step', a, b], rows: path.map(([x, y], t) => [t + 1, x, y]) })}
    />
  )
}
