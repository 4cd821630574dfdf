import { Picture } from './canvas.tsx'
import type { Frame } from './messages.ts'
import { pickOf } from './picked.ts'
import { columnsOf, drawLines, drawSigned, type Line } from './pictures.ts'
import { change, settings } from './state.ts'
import { useStore } from './store.ts'
import { tableOfImage, tableOfLines } from './tables.ts'

/** Chooses the neuron that is looked at, for those who do not click. */
function Chooser({ layers }: { layers: Frame['layers'] }) {
  const pick = pickOf(useStore(settings).pick)
  const own = layers.filter(({ name }) => name !== 'input')
  const size = own.find(({ name }) => name === pick?.layer)?.size
  return (
    <div class="fields">
      <label>
        Layer of the neuron
        <select
          name="pick-layer"
          onChange={({ currentTarget: { value } }) => change({ pick: value === '' ? '' : `${value}.0` })}
        >
          <option value="">none</option>
          {own.map(({ name }) => (
            <option key={name} value={name} selected={name === pick?.layer}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {pick && size !== undefined && (
        <label>
          Its number
          <input
            type="number"
            name="pick-neuron"
            min={0}
            max={size - 1}
            value={pick.neuron}
            onInput={({ currentTarget: { value } }) => {
              const neuron = Number(value)
              if (value !== '' && neuron >= 0 && neuron < size) change({ pick: `${pick.layer}.${Math.floor(neuron)}` })
            }}
          />
        </label>
      )}
    </div>
  )
}

/** The membrane of one neuron, and what of the input drives it. */
export function PickedView({ of: { layers, picked, steps } }: { of: Frame }) {
  return (
    <div>
      <h3>One neuron</h3>
      <p class="hint">Click a cell above, or choose:</p>
      <Chooser layers={layers} />
      {picked && <Membrane of={picked} steps={steps} />}
    </div>
  )
}

function Membrane({ of, steps }: { of: NonNullable<Frame['picked']>; steps: number }) {
  const { layer, neuron, states, spikes, threshold, field } = of
  const across = (t: number) => (steps === 1 ? 0 : t / (steps - 1))
  const colours = ['accent', 'text'] as const
  const lines = Object.entries(states).map(([name, values], i): Line => {
    return { name, colour: colours[i % 2]!, points: Array.from(values, (value, t) => [across(t), value]) }
  })
  const values = [...Object.values(states).flatMap((each) => [...each]), threshold ?? 0].filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)]
  const fired = Array.from(spikes, (spike, t) => [t, spike] as const).filter(([, spike]) => spike !== 0)
  const dots: Line = {
    name: 'spikes',
    colour: 'second',
    dots: true,
    points: fired.map(([t]) => [across(t), high] as const),
  }
  const level: Line[] =
    threshold === undefined
      ? []
      : [
          {
            name: 'threshold',
            colour: 'second',
            points: [
              [0, threshold],
              [1, threshold],
            ],
          },
        ]
  const times = fired.map(([t]) => t + 1).join(', ')
  const columns = field && columnsOf(field.length)
  return (
    <>
      <Picture
        name={`States of neuron ${neuron} of ${layer}`}
        sentence={`Neuron ${neuron} of ${layer} ${fired.length === 0 ? 'does not fire' : `fires at steps ${times}`}.`}
        height={140}
        draw={(pen) => drawLines(pen, [...lines, ...level, dots], [low, high])}
        table={() => tableOfLines([...lines, dots], 'step', steps - 1)}
      />
      {field && (
        <Picture
          name={`Receptive field of neuron ${neuron} of ${layer}`}
          sentence="Receptive field: what of the input drives it (blue) or holds it back (orange), by the weights up to it."
          width={columns ? (140 * columns) / (field.length / columns) : 280}
          height={columns ? 140 : 24}
          draw={(pen) => drawSigned(pen, field, columns ?? field.length)}
          table={() => tableOfImage(field, columns ?? field.length)}
        />
      )}
    </>
  )
}
