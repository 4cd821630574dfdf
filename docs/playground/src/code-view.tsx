import { useState } from 'preact/hooks'
import { commandOf } from './code.ts'
import { download } from './download.ts'
import { Later } from './later.tsx'
import { runs, save, settings } from './state.ts'
import { useStore } from './store.ts'
import { trainingOf } from './training.ts'

/** The run as a command, a program and a recipe, and what it has learnt as a file. */
export function Code() {
  const training = trainingOf(useStore(settings))
  const { recipe } = useStore(runs[0].progress)
  const [open, setOpen] = useState(false)
  return (
    <section aria-label="Code">
      <h2>Code</h2>
      {training.swaps.length === 0 ? (
        <>
          <p>This command trains the same weights in Node, to the bit:</p>
          <pre>
            <code data-command>{commandOf(training)}</code>
          </pre>
        </>
      ) : (
        <p>
          It was swapped while it trained:{' '}
          {training.swaps.map(({ batch, to }) => `${to} after batch ${batch}`).join(', ')}. The program below does the
          same in Node, to the bit.
        </p>
      )}
      <button
        type="button"
        onClick={async () => download('model.safetensors', new Blob([(await save(0)) as Uint8Array<ArrayBuffer>]))}
      >
        Save model.safetensors
      </button>
      {recipe && (
        <>
          <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
            <summary>TypeScript</summary>
            {open && <Later load={() => import('./program-view.tsx').then(({ ProgramView }) => ProgramView)} />}
          </details>
          <details>
            <summary>The recipe as JSON</summary>
            <pre>
              <code>{JSON.stringify(recipe, null, 2)}</code>
            </pre>
          </details>
        </>
      )}
    </section>
  )
}
