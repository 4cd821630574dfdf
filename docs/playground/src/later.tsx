import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A part of the page that is loaded when it is first shown. */
export function Later({ load }: { load: () => Promise<ComponentType> }) {
  const [Part, setPart] = useState<ComponentType>()
  const [failure, fail] = useState('')
  useEffect(() => {
    load().then(
      (found) => setPart(() => found),
      (error: Error) => fail(error.message),
    )
  }, [])
  if (failure) return <p role="alert">{failure}</p>
  return Part ? <Part /> : <p>Loading ...</p>
}
