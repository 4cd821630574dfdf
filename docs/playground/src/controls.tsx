import { useState } from 'preact/hooks'
import { Later } from './later.tsx'
import {
  backends,
  dataNames,
  fromFiles,
  latest,
  learners,
  type NumberName,
  numberFor,
  optimizers,
  outputsSpike,
  ranges,
  surrogates,
  usual,
} from './settings.ts'
import { change, exchange, paused, type Run, refusal, restart, runs, setPaused, settings, step } from './state.ts'
import { useStore } from './store.ts'

/** A labelled number; what does not fit is told beside it, and changes nothing. */
export function NumberField({ name, label, step: by }: { name: NumberName; label: string; step?: number }) {
  const value = useStore(settings)[name]
  const [wrong, setWrong] = useState(false)
  const [least, most] = ranges[name]
  return (
    <label>
      {label}
      <input
        type="number"
        name={name}
        min={least}
        max={most}
        step={by ?? 1}
        value={value}
        aria-invalid={wrong}
        onInput={({ currentTarget }) => {
          const found = numberFor(name, currentTarget.value)
          setWrong(found === undefined)
          if (found !== undefined) change({ [name]: found })
        }}
      />
      {wrong && (
        <small role="alert">
          from {least} to {most}
        </small>
      )}
    </label>
  )
}

export function Choice<Name extends string>(props: {
  readonly name: string
  readonly label: string
  readonly of: readonly Name[]
  readonly value: Name
  readonly set: (value: Name) => void
}) {
  const { name, label, of, value, set } = props
  return (
    <label>
      {label}
      <select name={name} onChange={({ currentTarget }) => set(currentTarget.value as Name)}>
        {of.map((each) => (
          <option key={each} value={each} selected={each === value}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}

/** What is trained on: made on the spot, or files that are dropped on the page or chosen. */
function Data() {
  const { data } = useStore(settings)
  return (
    <>
      <Choice
        name="data"
        label="Data"
        of={dataNames}
        value={data}
        set={(next) => change({ data: next, ...usual[next], example: 0 })}
      />
      {fromFiles(data) && <Later load={() => import('./given.tsx').then(({ Given }) => Given)} />}
    </>
  )
}

/** Learner and backend: exchanged while one network trains; two begin anew. */
function Parts() {
  const now = useStore(settings)
  const refused = useStore(refusal)
  const two = now.view === 'two'
  const { learner, backend } = latest(now)
  return (
    <>
      <Choice
        name="learner"
        label={two ? 'First learner' : 'Learner'}
        of={learners}
        value={learner}
        set={(to) => exchange('learner', to)}
      />
      {two && (
        <Choice
          name="other"
          label="Second learner"
          of={learners}
          value={now.other}
          set={(other) => change({ other })}
        />
      )}
      <Choice name="backend" label="Backend" of={backends} value={backend} set={(to) => exchange('backend', to)} />
      {(now.neuron === '' || outputsSpike(now.data)) && (
        <Choice
          name="surrogate"
          label={now.neuron === '' ? 'Surrogate' : 'Surrogate of the outputs'}
          of={surrogates}
          value={now.surrogate}
          set={(surrogate) => change({ surrogate })}
        />
      )}
      <Choice
        name="optimizer"
        label="Optimizer"
        of={optimizers}
        value={now.optimizer}
        set={(optimizer) => change({ optimizer })}
      />
      {refused && (
        <small role="alert" class="wide">
          {refused}
        </small>
      )}
    </>
  )
}

/** The threshold of all neurons that have one by the recipe, and a way back from equations to those of the recipe. */
function Neurons() {
  const { data, neuron } = useStore(settings)
  if (neuron === '') return <NumberField name="threshold" label="Threshold" step={0.1} />
  return (
    <>
      {outputsSpike(data) && <NumberField name="threshold" label="Threshold of the outputs" step={0.1} />}
      <p class="wide">
        The hidden neurons follow the equations of the Neuron page, and have its surrogate.{' '}
        <button type="button" onClick={() => change({ neuron: '' })}>
          Use the recipe's neurons
        </button>
      </p>
    </>
  )
}

/** What layers do that keeps them from learning, beside the number that mends it. */
function Warnings({ of: { progress } }: { of: Run }) {
  const { warnings } = useStore(progress)
  return (
    <div aria-live="polite" class="warnings wide">
      {warnings.map(({ code, message }) => (
        <p key={message}>
          <strong>
            {code === 'HILLOCK_DEAD_LAYER' ? 'Silent: ' : code === 'HILLOCK_SATURATED_LAYER' ? 'Saturated: ' : ''}
          </strong>
          {message}
        </p>
      ))}
    </div>
  )
}

export function Controls() {
  const isPaused = useStore(paused)
  const done = useStore(runs[0].progress).seconds !== undefined
  return (
    <section class="controls" aria-label="Training">
      <div class="buttons">
        <button type="button" onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Play' : 'Pause'}
        </button>
        <button type="button" disabled={done} onClick={step}>
          Step: one batch
        </button>
        <button type="button" onClick={restart}>
          Begin anew
        </button>
      </div>
      <div class="fields">
        <Data />
        <Parts />
        <NumberField name="seed" label="Seed" />
        <NumberField name="steps" label="Time steps T" />
        <NumberField name="batch" label="Batch size" />
        <NumberField name="rate" label="Learning rate" step={0.0005} />
        <NumberField name="hidden" label="Hidden neurons" />
        <NumberField name="epochs" label="Epochs" />
        <Neurons />
        {runs.map((run, side) => (
          <Warnings key={side} of={run} />
        ))}
      </div>
    </section>
  )
}
