import { useEffect } from 'preact/hooks'
import type { Dropped } from './dropped.ts'

/** The files of a folder, and of those in it. */
async function filesIn(entry: FileSystemEntry): Promise<Dropped[]> {
  const path = entry.fullPath.slice(1)
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ path, file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: FileSystemEntry[] = []
  // a reader gives some at a time, and none at the end
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    found.push(...some)
  }
  return (await Promise.all(found.map(filesIn))).flat()
}

/** Files of a field of the page, with their folders where one was chosen. */
export const chosen = (files: Iterable<File> | null): Dropped[] =>
  Array.from(files ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }))

async function droppedIn({ items, files }: DataTransfer): Promise<Dropped[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry())
  // what a program drops has no entries
  if (!entries.every((entry) => entry !== null)) return chosen(files)
  return (await Promise.all(entries.map(filesIn))).flat()
}

/** Takes the files, and those in folders, that are dropped anywhere on the page. */
export function useDrop(active: boolean, take: (files: readonly Dropped[]) => void): void {
  useEffect(() => {
    if (!active) return
    const over = (event: DragEvent) => event.preventDefault()
    const drop = (event: DragEvent) => {
      event.preventDefault()
      if (event.dataTransfer) void droppedIn(event.dataTransfer).then(take)
    }
    addEventListener('dragover', over)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('drop', drop)
    }
  }, [active])
}
