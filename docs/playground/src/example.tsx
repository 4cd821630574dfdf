import { Picture } from './canvas.tsx'
import { drawImage, drawPoint } from './pictures.ts'
import { change, runs, settings } from './state.ts'
import { useStore } from './store.ts'
import { tableOfImage } from './tables.ts'

/** The test example that is shown. */
export function Example() {
  const { data, example, test } = useStore(settings)
  const shown = useStore(runs[0].frame)
  return (
    <div class="example">
      <Picture
        name="The example that is shown"
        sentence={`Test example ${example}, which the network does not train on.`}
        width={112}
        height={112}
        draw={(pen) => (data === 'yin-yang' ? drawPoint : drawImage)(pen, shown?.image ?? [])}
        table={() => tableOfImage(shown?.image ?? [], data === 'yin-yang' ? 4 : 28)}
      />
      <button type="button" onClick={() => change({ example: (example + 1) % test })}>
        Next example
      </button>
    </div>
  )
}
