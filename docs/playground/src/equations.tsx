import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Editor } from './code-mirror.ts'
import type { Fault } from './simulate.ts'
import { change, settings } from './state.ts'
import { useStore } from './store.ts'

const label = 'Equations, in the order of a time step; input comes in, spike goes out'

/** The text again, unseen but for a mark where it is wrong. */
function Marked({ text, at }: { text: string; at: Fault['at'] }) {
  if (!at) return <pre class="under" aria-hidden="true" />
  const start = text
    .split('\n')
    .slice(0, at.line)
    .reduce((sum, line) => sum + line.length + 1, at.column)
  return (
    <pre class="under" aria-hidden="true">
      {text.slice(0, start)}
      <mark>{text.slice(start, start + 1).trim() || ' '}</mark>
      {text.slice(start + 1)}
    </pre>
  )
}

/** Equations in a plain field, and from the first touch on in an editor that completes names. */
export function Equations({ fault }: { fault: Fault | undefined }) {
  const { equations } = useStore(settings)
  const field = useRef<HTMLTextAreaElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor>()
  const asked = useRef(false)
  const [held, setHeld] = useState<{ readonly focus: boolean }>()
  const load = async () => {
    if (asked.current) return
    asked.current = true
    // where it cannot be had the plain field stays, and the next touch asks again
    const found = await import('./code-mirror.ts').catch(() => undefined)
    const { current } = field
    asked.current = found !== undefined
    // the page may show something else by now
    if (!found || !place.current || !current) return
    editor.current = found.createEditor(
      place.current,
      { ...settings.value, fault },
      {
        label,
        selection: current.selectionStart,
        change: (text) => change({ equations: text }),
      },
    )
    setHeld({ focus: document.activeElement === current })
  }
  // what has been typed since this was drawn is in the settings
  useEffect(() => editor.current?.show({ ...settings.value, fault }))
  useEffect(() => () => editor.current?.destroy(), [])
  useLayoutEffect(() => {
    if (held?.focus) editor.current!.focus()
  }, [held])
  return (
    <>
      {held ? <p class="hint">{label}</p> : <label for="equations">{label}</label>}
      <div class="editor">
        <div ref={place} />
        {!held && (
          <>
            <Marked text={equations} at={fault?.at} />
            <textarea
              ref={field}
              id="equations"
              spellcheck={false}
              autocapitalize="off"
              rows={Math.max(5, equations.split('\n').length)}
              value={equations}
              aria-invalid={fault !== undefined}
              aria-describedby="fault"
              onFocus={load}
              onInput={({ currentTarget }) => change({ equations: currentTarget.value })}
            />
          </>
        )}
      </div>
    </>
  )
}
