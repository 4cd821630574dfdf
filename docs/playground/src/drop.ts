import { useEffect } from 'preact/hooks'

/** Takes the files that are dropped anywhere on the page. */
export function useDrop(active: boolean, take: (files: readonly File[]) => void): void {
  useEffect(() => {
    if (!active) return
    const over = (event: DragEvent) => event.preventDefault()
    const drop = (event: DragEvent) => {
      event.preventDefault()
      take([...(event.dataTransfer?.files ?? [])])
    }
    addEventListener('dragover', over)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('drop', drop)
    }
  }, [active])
}
