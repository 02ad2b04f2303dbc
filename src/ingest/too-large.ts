/** More bytes came out of a compressed body than may. Has the code of zlib's own error for it. */
export class TooLarge extends RangeError {
  readonly code = 'ERR_BUFFER_TOO_LARGE'
}
