import type { Neuron } from '@hillock/core'
import { useMemo, useRef } from 'preact/hooks'
import { Picture } from './canvas.tsx'
import { Choice, NumberField } from './controls.tsx'
import { drawLines, type Line } from './pictures.ts'
import { FiringCurve, PhasePlane } from './plane.tsx'
import { presetOf, presets } from './presets.ts'
import { currents } from './settings.ts'
import {
  currentOf,
  type Fault,
  faultOf,
  neuronOf,
  type Simulated,
  simulate,
  startsOf,
  statesOf,
  tableOf,
} from './simulate.ts'
import { change, settings } from './state.ts'
import { useStore } from './store.ts'
import { tableOfLines } from './tables.ts'

const steps = 100

/** The text again, unseen but for a mark where it is wrong. */
function Marked({ text, at }: { text: string; at: Fault['at'] }) {
  if (!at) return <pre class="under" aria-hidden="true" />
  const start = text
    .split('\n')
    .slice(0, at.line)
    .reduce((sum, line) => sum + line.length + 1, at.column)
  return (
    <pre class="under" aria-hidden="true">
      {text.slice(0, start)}
      <mark>{text.slice(start, start + 1).trim() || ' '}</mark>
      {text.slice(start + 1)}
    </pre>
  )
}

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
  const { equations, params, states } = useStore(settings)
  const names = Object.keys(presets)
  const same = (name: string) => {
    const text = presetOf(name)
    return text.equations === equations && text.params === params && text.states === states
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

/** Trains with these neurons in the hidden layer. */
function useInNetwork(): void {
  const { equations, params, states } = settings.value
  const neuron = { name: 'neuron', equations, params: tableOf(params), state: startsOf(states) }
  change({ neuron: JSON.stringify(neuron), view: 'network' })
}

type Found =
  | { readonly made: Neuron; readonly simulated: Simulated; readonly current: Float64Array }
  | { readonly fault: Fault }

/** One neuron: its equations, what they do with a current, and what is derived from them. */
export function NeuronView() {
  const { equations, params, states, current: kind, level } = useStore(settings)
  const found = useMemo((): Found => {
    try {
      const current = currentOf(kind, level, steps)
      const made = neuronOf(equations, tableOf(params), startsOf(states))
      return { made, current, simulated: simulate(made, current) }
    } catch (error) {
      return { fault: faultOf(error) }
    }
  }, [equations, params, states, kind, level])
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
        <label for="equations">Equations, in the order of a time step; input comes in, spike goes out</label>
        <div class="editor">
          <Marked text={equations} at={fault?.at} />
          <textarea
            id="equations"
            spellcheck={false}
            autocapitalize="off"
            rows={Math.max(5, equations.split('\n').length)}
            value={equations}
            aria-invalid={fault !== undefined}
            aria-describedby="fault"
            onInput={({ currentTarget }) => change({ equations: currentTarget.value })}
          />
        </div>
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
        </div>
        {Object.entries(table).map(([name, value]) => (
          <Slider key={name} name={name} value={value} set={(next) => setParam(name, next)} />
        ))}
        <div class="fields">
          <Choice
            name="current"
            label="Input current"
            of={currents}
            value={kind}
            set={(current) => change({ current })}
          />
          <NumberField name="level" label="Its size" step={0.05} />
        </div>
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
