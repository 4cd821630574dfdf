import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { download } from './download.ts'

/** Colours of the page, as it is shown now: light or dark. */
export interface Colours {
  readonly text: string
  readonly faint: string
  readonly accent: string
  readonly second: string
  readonly ground: string
}

/** What draws: in CSS pixels. */
export interface Pen {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly colours: Colours
}

const coloursOf = (element: Element): Colours => {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(`--${name}`)
  return { text: of('text'), faint: of('faint'), accent: of('accent'), second: of('second'), ground: of('ground') }
}

const dark = matchMedia('(prefers-color-scheme: dark)')

/** At most so often is a sentence read out. */
const pause = 5000

/** The sentence, changed now and then only, so that a screen reader is not flooded. */
function useCalm(sentence: string, urgent: boolean): string {
  const [shown, show] = useState(sentence)
  const last = useRef(0)
  useEffect(() => {
    const wait = urgent ? 0 : Math.max(0, last.current + pause - performance.now())
    const timer = setTimeout(() => {
      last.current = performance.now()
      show(sentence)
    }, wait)
    return () => clearTimeout(timer)
  }, [sentence, urgent])
  return shown
}

/** The numbers behind a picture. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** Made when it is opened. */
function Numbers({ of, name, save }: { of: () => Table; name: string; save: () => void }) {
  const [open, setOpen] = useState(false)
  const { head, rows } = open ? of() : { head: [], rows: [] }
  return (
    <details class="numbers" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary aria-label={`Table: ${name}`}>Table</summary>
      <button type="button" onClick={save}>
        Save as PNG
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys */}
      <section class="scroll" aria-label={`Numbers: ${name}`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {row.map((value, j) => (
                  <td key={j}>{typeof value === 'number' ? Number(value.toPrecision(4)) : value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}

/** A picture as wide as its place, drawn again whenever it is rendered, a sentence that says what it shows, and a table of its numbers. */
export function Picture(props: {
  readonly name: string
  readonly sentence: string
  readonly height: number
  readonly width?: number
  /** Whether the sentence is read out at once. */
  readonly urgent?: boolean
  /** A click, in CSS pixels, and how wide the picture is. Whoever takes it offers the same to the keyboard. */
  readonly onPoint?: (x: number, y: number, width: number) => void
  readonly draw: (pen: Pen) => void
  readonly table: () => Table
}) {
  const { name, sentence, height, width: fixed, urgent = false, onPoint, draw, table } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const [measured, setWidth] = useState(0)
  const [, redraw] = useState({})
  const width = fixed ?? measured
  useEffect(() => {
    const again = () => redraw({})
    dark.addEventListener('change', again)
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(canvas.current!.parentElement!)
    return () => {
      dark.removeEventListener('change', again)
      observer.disconnect()
    }
  }, [])
  useLayoutEffect(() => {
    const { current } = canvas
    if (current === null || width === 0) return
    const ratio = devicePixelRatio
    current.width = width * ratio
    current.height = height * ratio
    current.style.width = `${width}px`
    current.style.height = `${height}px`
    const context = current.getContext('2d')!
    context.scale(ratio, ratio)
    context.font = '12px system-ui, sans-serif'
    draw({ context, width, height, colours: coloursOf(current) })
  })
  const calm = useCalm(sentence, urgent)
  return (
    <figure class="picture">
      <canvas
        ref={canvas}
        role="img"
        aria-label={name}
        onClick={onPoint && (({ offsetX, offsetY }) => onPoint(offsetX, offsetY, width))}
      />
      <figcaption>{sentence}</figcaption>
      <p class="unseen" aria-live="polite">
        {calm}
      </p>
      <Numbers
        of={table}
        name={name}
        save={() => canvas.current!.toBlob((png) => png && download(`${name}.png`, png))}
      />
    </figure>
  )
}
