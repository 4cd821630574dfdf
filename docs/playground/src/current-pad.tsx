import { Picture } from './canvas.tsx'
import { heightsOf, levels, textOf, withLine } from './drawn.ts'
import { change, settings } from './state.ts'
import { useStore } from './store.ts'
import { type Point, Surface } from './surface.tsx'

const top = levels - 1

/** An input current that is drawn by a pointer or by keys. */
export function CurrentPad({ steps }: { steps: number }) {
  const { drawn, level } = useStore(settings)
  const heights = heightsOf(drawn, steps)
  const size = (height: number) => (2 * level * height) / top
  /** Of a place on the pad, which counts from above: the step and the height. */
  const at = ([x, y]: Point): Point => [x, top - y]
  return (
    <Surface
      name="Input current"
      size={[steps, top]}
      edge={0}
      start={[0, top]}
      line={(from, to) => {
        const now = heightsOf(settings.value.drawn, steps)
        change({ drawn: textOf(withLine(now, at(from), at(to))) })
      }}
      clear={() => change({ drawn: '' })}
    >
      {({ at: [x, y], down }) => (
        <Picture
          name="The current that is drawn"
          sentence={`Drawn by hand, from 0 to ${Number(size(top).toPrecision(3))}. The pen is at step ${Math.min(steps, Math.floor(x) + 1)}, ${Number(size(top - y).toPrecision(2))}.`}
          urgent
          height={104}
          draw={({ context, width, height, colours }) => {
            const [across, up] = [width / steps, height / top]
            context.fillStyle = colours.faint
            context.fillRect(0, 0, width, height)
            context.fillStyle = colours.accent
            heights.forEach((each, t) => {
              context.fillRect(t * across, height - each * up, across - 0.5, each * up)
            })
            context.strokeStyle = colours.second
            context.lineWidth = down ? 3 : 1
            context.strokeRect(x * across - 4, y * up - 4, 8, 8)
          }}
          table={() => ({ head: ['step', 'current'], rows: Array.from(heights, (each, t) => [t + 1, size(each)]) })}
        />
      )}
    </Surface>
  )
}
