import { readIdx } from '@hillock/datasets'

/** What this page makes of files: what they hold, or why they are refused. */
async function read(files: readonly (readonly number[])[]) {
  const found = files.map(async (file) => {
    const { shape, values } = await readIdx(Uint8Array.from(file), 'x')
    return { shape, kind: values.constructor.name, values: Array.from<number>(values) }
  })
  return (await Promise.allSettled(found)).map((result) =>
    result.status === 'fulfilled' ? result.value : { code: result.reason.code, message: result.reason.message },
  )
}

export type Read = Awaited<ReturnType<typeof read>>
Object.assign(globalThis, { read })
