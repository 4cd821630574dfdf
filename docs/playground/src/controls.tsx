import { useState } from 'preact/hooks'
import { learners, type NumberName, numberFor, ranges, type Settings } from './settings.ts'
import { change, paused, progress, restart, setPaused, settings, step } from './state.ts'
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

export function Choice<Name extends 'learner' | 'current'>(props: {
  readonly name: Name
  readonly label: string
  readonly of: readonly Settings[Name][]
}) {
  const { name, label, of } = props
  const value = useStore(settings)[name]
  return (
    <label>
      {label}
      <select name={name} onChange={({ currentTarget }) => change({ [name]: currentTarget.value })}>
        {of.map((each) => (
          <option key={each} value={each} selected={each === value}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}

/** What layers do that keeps them from learning, beside the number that mends it. */
function Warnings() {
  const { warnings } = useStore(progress)
  return (
    <div aria-live="polite" class="warnings">
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
  const done = useStore(progress).seconds !== undefined
  return (
    <section class="controls" aria-label="Training">
      <div class="buttons">
        <button type="button" disabled={done} onClick={() => setPaused(!isPaused)}>
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
        <Choice name="learner" label="Learner" of={learners} />
        <NumberField name="seed" label="Seed" />
        <NumberField name="steps" label="Time steps T" />
        <NumberField name="batch" label="Batch size" />
        <NumberField name="rate" label="Learning rate" step={0.0005} />
        <NumberField name="hidden" label="Hidden neurons" />
        <NumberField name="epochs" label="Epochs" />
        <NumberField name="threshold" label="Threshold" step={0.1} />
      </div>
      <Warnings />
    </section>
  )
}
