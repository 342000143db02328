import { describe, expect, it } from '@jest/globals'
import { cityHash128 } from './city-hash.js'

/** Lengths, and the hash of so many bytes as `github.com/go-faster/city` 1.0.1 (`CH128`) gives it, upper half first. */
const references: readonly (readonly [length: number, hash: string])[] = [
  [0, '3cb540c392e51e293df09dfc64c09a2b'],
  [1, '58a88a3c8a31e91a5a03ab4f802b3f6c'],
  [2, 'd7afa5b660874287918858f791ec9fe1'],
  [3, '32301bf0c250612d3108fa6b1da16986'],
  [4, '25e1c052f6408d752b36229ba99aa334'],
  [5, 'b5c0fb7d6eeb5b64057b54ad97bf5071'],
  [7, '252e8c015f4c9bd04d6955e1bc4624e3'],
  [8, 'f2f9f1185545d8ba9feb346ce8e35a98'],
  [9, '0854364fe84aef8880885008a99d77f2'],
  [12, 'dea2c8c5662870d64ffdfe0c8f71f732'],
  [15, '70f998835a684c591443b6470aa1c7ff'],
  [16, '9b6511d6440477c74e7e2890890c933d'],
  [17, '8a17c6d04d5431aef0e9ed04b1c7f44e'],
  [23, 'e640f5ae74dd3a0117cfe88f2d083602'],
  [24, '0cb65080ace6058f3a34086b235ecfbb'],
  [31, 'd42762edf050892899f185112aa9cd7e'],
  [32, '45c6069d82f7b2fcadf0df935f46a6c9'],
  [33, '35542546810ca8468a065e613be6ff11'],
  [40, '2042215927bfdd0867dc93f5738b7134'],
  [47, 'c592229ea241dd74f20d8f7a15557279'],
  [48, '822802a21c3e19ed97d8b75e4aa03941'],
  [63, '2612d45b2d46b81ea30c0c20764400c0'],
  [64, 'ab8b4e414117084337e881b2006b0cf6'],
  [100, '8522ef787e570a9cced681c78ad6c6cf'],
  [127, '461eb40c3963012e2484cd18dc147d2c'],
  [128, '28a897f9bc9c1b9f51bff79056911c90'],
  [143, 'e980bd41eb5168952306b4d414b0d326'],
  [144, 'a99caea46164a1089ba176029dbc7f22'],
  [145, '9eb4a68bece02725594221bdaeb6df1a'],
  [160, 'cb91be098bba4d358d2443f7aca2006d'],
  [175, '91164962bd2c69ec46436148dab729cd'],
  [176, 'e684198697a28e516e705dc8e6483661'],
  [177, '31618c616dcd9a183cca1d60a4f43b3d'],
  [200, '0981ef4f519d4454af07d3bba57a0d5b'],
  [255, '0da1aa5956d29bae32b46037f4fa27ea'],
  [256, 'd4401532927cd83feae169bbd0ef6f45'],
  [271, 'a54cd71fd5ef5b5a5ef34a14bf450561'],
  [272, '3c42f4a3ade838168d2378ee46ccb200'],
  [273, 'eb69e0f8ac404eaa15cf47a489b68909'],
  [300, '7a366b97421e30724c11e6f99d15b683'],
  [1000, 'f04c3f192714f02255f195ed920492b2'],
  [5000, '19e92aaadbe448f045759761ad71497f'],
]

/** As many bytes, none of them special. */
const bytesOf = (length: number) =>
  Uint8Array.from({ length }, (_, at) => (at * 7 + Math.floor(at / 256) * 13 + length) & 255)

describe('the checksum of compressed blocks', () => {
  it.each(references)('of %i bytes is what other clients compute', (length, hash) => {
    expect(cityHash128(bytesOf(length)).reverse().toString('hex')).toBe(hash)
  })
})
