/** A file that was dropped or chosen. */
export interface Dropped {
  /** Its name, behind those of its folders where they were dropped. */
  readonly path: string
  readonly file: Blob
}

export const bytesOf = async ({ file }: Dropped): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())
