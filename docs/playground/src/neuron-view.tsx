import type { Neuron } from '@hillock/core'
import { useMemo, useRef } from 'preact/hooks'
import { Picture } from './canvas.tsx'
import { Choice, NumberField } from './controls.tsx'
import { CurrentPad } from './current-pad.tsx'
import { levels, textOf } from './drawn.ts'
import { Equations } from './equations.tsx'
import { drawLines, type Line } from './pictures.ts'
import { FiringCurve, PhasePlane } from './plane.tsx'
import { presetOf, presets } from './presets.ts'
import { type CurrentKind, currents } from './settings.ts'
import {
  currentOf,
  type Fault,
  faultOf,
  neuronOf,
  type Simulated,
  simulate,
  startsOf,
  statesOf,
  surrogateOf,
  tableOf,
} from './simulate.ts'
import { change, settings } from './state.ts'
import { useStore } from './store.ts'
import { tableOfLines } from './tables.ts'

const steps = 100

/** How far a slider reaches: it grows with its value, and does not shrink. */
function useReach(name: string, value: number): number {
  const known = useRef<Record<string, number>>({})
  const needed = [1, 2, 5, 10, 20, 50, 100, 1000].find((most) => Math.abs(value) <= most) ?? Math.abs(value)
  known.current[name] = Math.max(known.current[name] ?? 0, needed)
  return known.current[name]!
}

function Slider({ name, value, set }: { name: string; value: number; set: (value: number) => void }) {
  const most = useReach(name, value)
  const input = (type: string) => (
    <input
      type={type}
      aria-label={name}
      min={value < 0 ? -most : 0}
      max={type === 'range' ? most : undefined}
      step={most / 200}
      value={value}
      onInput={({ currentTarget }) => currentTarget.value !== '' && set(Number(currentTarget.value))}
    />
  )
  return (
    <div class="cursor">
      <span>{name}</span>
      {input('range')}
      {input('number')}
    </div>
  )
}

function Traces({ of: { traces }, current }: { of: Simulated; current: Float64Array }) {
  const line = (name: string, colour: Line['colour'], values: Float64Array): Line => ({
    name,
    colour,
    points: Array.from(values, (value, t) => [t / (steps - 1), value]),
  })
  const states = Object.entries(traces).filter(([name]) => name !== 'spike')
  const spikes = Array.from(traces.spike!, (spike, t) => [t, spike] as const).filter(([, spike]) => spike !== 0)
  const all = states.flatMap(([, values]) => Array.from(values)).filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...all), Math.max(1, ...all)]
  const dots: Line = {
    name: 'spikes',
    colour: 'second',
    dots: true,
    points: spikes.map(([t]) => [t / (steps - 1), high]),
  }
  const colours = ['accent', 'text'] as const
  const lines = states.map(([name, values], i) => line(name, colours[i % 2]!, values))
  const sentence = `${spikes.length} spikes within ${steps} steps${spikes[0] ? `, the first at step ${spikes[0][0] + 1}` : ''}.`
  return (
    <>
      <Picture
        name="Input current over time"
        sentence=""
        height={80}
        draw={(pen) => drawLines(pen, [line('input', 'accent', current)], [0, Math.max(0.1, ...current)])}
        table={() => tableOfLines([line('input', 'accent', current)], 'step', steps - 1)}
      />
      <Picture
        name="States and spikes over time"
        sentence={sentence}
        urgent
        height={180}
        draw={(pen) => drawLines(pen, [...lines, dots], [low, high])}
        table={() => tableOfLines([...lines, dots], 'step', steps - 1)}
      />
    </>
  )
}

const ownName = 'your own'

/** A neuron of hillock's to begin with. */
function Presets() {
  const now = useStore(settings)
  const names = Object.keys(presets)
  const same = (name: string) => {
    const text = presetOf(name)
    return (['equations', 'params', 'states', 'derivative'] as const).every((each) => text[each] === now[each])
  }
  return (
    <Choice
      name="preset"
      label="Begin with"
      of={[ownName, ...names]}
      value={names.find(same) ?? ownName}
      set={(name) => name !== ownName && change(presetOf(name))}
    />
  )
}

/** Trains with these neurons in the hidden layer, and with their surrogate. */
function useInNetwork(): void {
  const { equations, params, states, derivative } = settings.value
  const neuron = { name: 'neuron', equations, params: tableOf(params), state: startsOf(states) }
  change({ neuron: JSON.stringify({ neuron, surrogate: surrogateOf(derivative) }), view: 'network' })
}

/** A current is drawn from where it is now. */
function chooseCurrent(current: CurrentKind): void {
  const { current: kind, level, drawn } = settings.value
  const heights = currentOf(kind, level, steps).map((value) => (value / level / 2) * (levels - 1))
  change({ current, ...(current === 'drawn' && drawn === '' && { drawn: textOf(heights) }) })
}

type Found =
  | { readonly made: Neuron; readonly simulated: Simulated; readonly current: Float64Array }
  | { readonly fault: Fault }

/** One neuron: its equations, what they do with a current, and what is derived from them. */
export function NeuronView() {
  const { equations, params, states, derivative, current: kind, drawn, level } = useStore(settings)
  const found = useMemo((): Found => {
    try {
      const current = currentOf(kind, level, steps, drawn)
      const made = neuronOf(equations, tableOf(params), startsOf(states), surrogateOf(derivative))
      return { made, current, simulated: simulate(made, current) }
    } catch (error) {
      return { fault: faultOf(error) }
    }
  }, [equations, params, states, derivative, kind, drawn, level])
  const fault = 'fault' in found ? found.fault : undefined
  const table = useMemo(() => {
    try {
      return tableOf(params)
    } catch {
      return {}
    }
  }, [params])
  const setParam = (name: string, value: number) =>
    change({
      params: Object.entries({ ...table, [name]: value })
        .map(([key, each]) => `${key}=${each}`)
        .join(', '),
    })
  return (
    <div class="columns">
      <div>
        <div class="fields">
          <Presets />
        </div>
        <Equations fault={fault} />
        <pre id="fault" class="error" role="alert" hidden={fault === undefined}>
          {fault?.message}
        </pre>
        <div class="fields">
          <label>
            Parameters
            <input value={params} onInput={({ currentTarget }) => change({ params: currentTarget.value })} />
          </label>
          <label>
            States at the start
            <input value={states} onInput={({ currentTarget }) => change({ states: currentTarget.value })} />
          </label>
          <label>
            Surrogate
            <input value={derivative} onInput={({ currentTarget }) => change({ derivative: currentTarget.value })} />
          </label>
        </div>
        {Object.entries(table).map(([name, value]) => (
          <Slider key={name} name={name} value={value} set={(next) => setParam(name, next)} />
        ))}
        <div class="fields">
          <Choice name="current" label="Input current" of={currents} value={kind} set={chooseCurrent} />
          <NumberField name="level" label="Its size" step={0.05} />
        </div>
        {kind === 'drawn' && <CurrentPad steps={steps} />}
        <button type="button" disabled={fault !== undefined} onClick={useInNetwork}>
          Use it in a network
        </button>
      </div>
      {'simulated' in found && (
        <div>
          <Traces of={found.simulated} current={found.current} />
          <FiringCurve of={found.made} level={level} />
          {statesOf(found.made).length === 2 && (
            <PhasePlane of={found.made} traces={found.simulated.traces} current={found.current} />
          )}
          <h3>What is derived</h3>
          <pre data-explained>{found.simulated.explained}</pre>
        </div>
      )}
    </div>
  )
}
