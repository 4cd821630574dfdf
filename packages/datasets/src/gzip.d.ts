export declare const isGzip: (bytes: Uint8Array) => boolean
/**
 * Unpacks gzip (RFC 1952) into `output`, and gives how many bytes there are: several members after another, names, comments and other
 * extras, zeros at the end. The same in every JavaScript, where a DecompressionStream takes members, or zeros, in one browser and not
 * in another. Gives undefined if there is more than `output` has room for. Throws an Error saying what is wrong.
 */
export declare function gunzip(bytes: Uint8Array, output: Uint8Array): number | undefined
