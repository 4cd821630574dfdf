/** The part of jsfive that hillock uses; it comes without types. @hillock/nir and @hillock/datasets have the same file. */
declare module 'jsfive' {
  export class Dataset {
    readonly shape: readonly number[]
    /** '<f4', '<i8', 'S6', or a list of a name and more for other types. */
    readonly dtype: string | readonly unknown[]
    /** Sizes of the pieces that it is stored in, if it is. */
    readonly chunks: readonly number[] | null | undefined
    readonly value: unknown
    readonly _dataobjects: {
      find_msg_type(type: number): readonly { get(name: string): number }[]
    }
  }
  export class Group {
    readonly keys: readonly string[]
    get(name: string): Group | Dataset
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string)
  }
}
