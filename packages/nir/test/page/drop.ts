import { constant, createSession, crossEntropy, type Learner } from '@hillock/core'
import { readNir } from '@hillock/nir'

const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
const [form, dt, result] = [
  document.querySelector('form')!,
  document.querySelector('input')!,
  document.querySelector('output')!,
]
let dropped: Uint8Array | undefined

/** A file that is dropped on the page is kept, and how long a step is asked for. */
document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', async (event) => {
  event.preventDefault()
  dropped = new Uint8Array(await event.dataTransfer!.files[0]!.arrayBuffer())
  form.hidden = false
})

/** Then the network runs, on an input of ones. */
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const options = { dt: Number(dt.value), timeUnit: 's', method: 'euler', reset: 'zero' } as const
    const { network, snapshot } = readNir(dropped!, options)
    const parts = { learner, encoder: constant(), loss: crossEntropy(), steps: 20 }
    const { scores } = await createSession({ ...parts, network, snapshot }).predict(
      new Float32Array(network.inputs).fill(1),
    )
    result.value = [...scores].join()
  } catch (error) {
    result.value = (error as Error).message
  }
})
