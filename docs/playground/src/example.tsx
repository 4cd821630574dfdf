import { Picture } from './canvas.tsx'
import { drawEvents, drawImage, drawPoint } from './pictures.ts'
import { change, cursor, runs, settings, watch, watched } from './state.ts'
import { useStore } from './store.ts'
import { tableOfImage } from './tables.ts'

/** The test example that is shown, or a recording at the time step of the cursor. */
export function Example() {
  const { data, example, test } = useStore(settings)
  const shown = useStore(runs[0].frame)
  const recording = useStore(watched)
  const at = useStore(cursor)
  const next = () => {
    if (recording) watch(undefined)
    else change({ example: (example + 1) % test })
  }
  const moving = shown && !shown.image
  const { size, spikes } = shown?.layers[0] ?? { size: 0, spikes: new Float32Array(0) }
  const image = shown?.image ?? spikes.subarray(at * size, (at + 1) * size)
  const draw = moving ? drawEvents : data === 'yin-yang' ? drawPoint : drawImage
  const what = recording
    ? `Recording ${recording.path}, step ${at + 1}.`
    : `Test example ${example}, which the network does not train on.`
  return (
    <div class="example">
      <Picture
        name="The example that is shown"
        sentence={what}
        width={112}
        height={112}
        draw={(pen) => draw(pen, image)}
        table={() => tableOfImage(image, data === 'yin-yang' ? 4 : moving ? 68 : 28)}
      />
      <button type="button" onClick={next}>
        Next example
      </button>
    </div>
  )
}
