import { useEffect, useRef, useState } from 'preact/hooks'
import { Picture } from '../canvas.tsx'
import { Choice } from '../controls.tsx'
import { chosen, useDrop } from '../drop.ts'
import { bytesOf, type Dropped } from '../dropped.ts'
import type { Frame } from '../messages.ts'
import { pickOf } from '../picked.ts'
import { drawBars } from '../pictures.ts'
import { settings } from '../state.ts'
import { type Store, store, useStore } from '../store.ts'
import { Cursor, Neurons, Outputs } from '../watch.tsx'
import type { Meaning, Opened, OpenReport, OpenRequest, OpenShown, OpenTensor } from './messages.ts'

interface State {
  readonly opened: Store<Opened | undefined>
  readonly frame: Store<Frame | undefined>
  readonly failure: Store<string | undefined>
  ask(request: OpenRequest): void
}

/** What is open, in a worker of its own: it stays while other views are shown. */
function begin(): State {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const opened = store<Opened | undefined>(undefined)
  const frame = store<Frame | undefined>(undefined)
  const failure = store<string | undefined>(undefined)
  worker.onmessage = ({ data }: MessageEvent<OpenReport>) => {
    if (data.type === 'opened') opened.set(data.opened)
    else if (data.type === 'frame') frame.set(data.frame)
    else failure.set(data.message)
  }
  worker.onerror = ({ message }) => failure.set(`the worker failed: ${message}`)
  const ask = (request: OpenRequest) => {
    failure.set(undefined)
    if (request.type === 'open') for (const each of [opened, frame]) each.set(undefined)
    worker.postMessage(request)
  }
  return { opened, frame, failure, ask }
}

let state: State | undefined

const figure = (value: number) => String(Number(value.toPrecision(3)))

function Tensor({ of: { name, shape, least, most, mean, deviation, bins } }: { of: OpenTensor }) {
  return (
    <section aria-label={name}>
      <h4>
        {name} [{shape.join(', ')}]
      </h4>
      <Picture
        name={`Histogram of ${name}`}
        sentence={`From ${figure(least)} to ${figure(most)}, mean ${figure(mean)}, deviation ${figure(deviation)}.`}
        height={70}
        draw={(pen) => drawBars(pen, bins)}
        table={() => ({
          head: ['from', 'values'],
          rows: bins.map((count, i) => [least + ((most - least) * i) / bins.length, count]),
        })}
      />
    </section>
  )
}

/** The layers, each with what feeds it. */
function Graph({ of: { network, notes, tensors } }: { of: Opened }) {
  return (
    <>
      {network && (
        <ol class="graph" aria-label="Graph">
          <li>
            <b>input</b> {network.inputs} values, encoder {network.encoder}, T = {network.steps}
          </li>
          {network.layers.map(({ name, neuron, shape, sources }) => (
            <li key={name}>
              {sources.map((source) => (
                <span key={source}>from {source}</span>
              ))}
              <b>{name}</b> [{shape.join(', ')}] {neuron}
            </li>
          ))}
        </ol>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <h3>Tensors</h3>
      <div class="sides">
        {tensors.map((tensor) => (
          <Tensor key={tensor.name} of={tensor} />
        ))}
      </div>
    </>
  )
}

/** What the network is shown, and what it does. */
function Running({ of: { frame, ask }, opened }: { of: State; opened: Opened }) {
  const { inputs, steps, layers } = opened.network!
  const digits = inputs === 784 && layers.at(-1)!.shape.join() === '10'
  const [shown, show] = useState<OpenShown>(digits ? { example: 0 } : { level: 1 })
  const { pick } = useStore(settings)
  useEffect(() => ask({ type: 'show', shown: { ...shown, pick: pickOf(pick) } }), [shown, opened, pick])
  return (
    <>
      <h3>At work</h3>
      {'example' in shown ? (
        <button type="button" onClick={() => show({ example: shown.example + 1 })}>
          Next example
        </button>
      ) : (
        <label>
          Value of every input{' '}
          <input
            type="number"
            name="level"
            step={0.1}
            value={shown.level}
            onInput={({ currentTarget }) => currentTarget.value !== '' && show({ level: Number(currentTarget.value) })}
          />
        </label>
      )}
      <Cursor steps={steps} />
      <div class="columns">
        <Outputs of={{ frame }} />
        <Neurons of={{ frame }} />
      </div>
    </>
  )
}

/** Asks what a NIR file does not say. */
function Asked({ name, open }: { name: string; open: (meaning: Meaning, steps: number) => void }) {
  const [meaning, set] = useState<Omit<Meaning, 'dt'>>({ timeUnit: 's', method: 'euler', reset: 'zero' })
  const [dt, setDt] = useState('')
  const [steps, setSteps] = useState(20)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        open({ ...meaning, dt: Number(dt) }, steps)
      }}
    >
      <p>{name} says how neurons move in continuous time. A run needs:</p>
      <div class="fields">
        <label>
          Time step dt, in seconds
          <input
            type="number"
            name="dt"
            required
            min={1e-9}
            step="any"
            value={dt}
            onInput={({ currentTarget }) => setDt(currentTarget.value)}
          />
        </label>
        <label>
          Time steps T
          <input
            type="number"
            name="open-steps"
            required
            min={1}
            max={1000}
            value={steps}
            onInput={({ currentTarget }) => setSteps(Number(currentTarget.value))}
          />
        </label>
        <Choice
          name="unit"
          label="Unit of its times"
          of={['s', 'ms', 'step'] as const}
          value={meaning.timeUnit}
          set={(timeUnit) => set({ ...meaning, timeUnit })}
        />
        <Choice
          name="method"
          label="Method"
          of={['euler', 'exact'] as const}
          value={meaning.method}
          set={(method) => set({ ...meaning, method })}
        />
        <Choice
          name="reset"
          label="Reset"
          of={['zero', 'subtract'] as const}
          value={meaning.reset}
          set={(reset) => set({ ...meaning, reset })}
        />
      </div>
      <button type="submit">Open {name}</button>
    </form>
  )
}

/** A file that is dropped or chosen: its graph, its tensors, and the network at work. */
export function OpenView() {
  state ??= begin()
  const { opened, failure, ask } = state
  const found = useStore(opened)
  const failed = useStore(failure)
  const [asked, setAsked] = useState<{ name: string; bytes: Uint8Array }>()
  const input = useRef<HTMLInputElement>(null)
  const open = (name: string, bytes: Uint8Array, meaning?: Meaning, steps = 20) =>
    ask({ type: 'open', name, bytes, meaning, steps })
  const take = async ([given]: readonly Dropped[]) => {
    if (!given) return
    const bytes = await bytesOf(given)
    const nir = given.path.endsWith('.nir')
    setAsked(nir ? { name: given.path, bytes } : undefined)
    if (!nir) open(given.path, bytes)
  }
  useDrop(true, take)
  return (
    <>
      <label class="drop">
        Drop a .safetensors or a .nir file on the page, or choose one. It stays in your browser.{' '}
        <input
          ref={input}
          type="file"
          name="file"
          accept=".safetensors,.nir"
          onChange={({ currentTarget }) => take(chosen(currentTarget.files))}
        />
      </label>
      {asked && (
        <Asked
          key={asked.name}
          name={asked.name}
          open={(meaning, steps) => open(asked.name, asked.bytes, meaning, steps)}
        />
      )}
      {failed && <p role="alert">{failed}</p>}
      {found && (
        <>
          <h3>{found.name}</h3>
          {found.network && <Running of={state} opened={found} />}
          <Graph of={found} />
        </>
      )}
    </>
  )
}
