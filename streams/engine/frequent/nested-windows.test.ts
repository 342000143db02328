import { describe, expect, it } from '@jest/globals'
import { days, hours, minutes } from '../time.js'
import { hopping, tumbling } from '../window.js'
import { outermost } from './nested-windows.js'

const hour = { name: 'hour', window: tumbling({ size: hours(1), grace: minutes(5) }) }
const day = { name: 'day', window: tumbling({ size: days(1), grace: hours(1), offset: hours(5) }) }

describe('nested windows', () => {
  it('have an outermost layout, which the others lie within', () => {
    expect(outermost([hour, day])).toMatchObject({ name: 'day', size: days(1) })
  })

  it('are tumbling, aligned, and none waits longer than the outermost', () => {
    const hop = hopping({ size: hours(1), advance: minutes(30), grace: 0 })
    expect(() => outermost([{ name: 'hop', window: hop }, day])).toThrow('the windows "hop" are hopping')
    const shifted = tumbling({ size: hours(1), grace: 0, offset: minutes(30) })
    expect(() => outermost([{ name: 'shifted', window: shifted }, day])).toThrow('do not lie within those of "day"')
    const week = tumbling({ size: hours(25), grace: hours(1) })
    expect(() =>
      outermost([
        { name: 'long', window: week },
        { name: 'two', window: tumbling({ size: hours(2), grace: 0 }) },
      ]),
    ).toThrow('the windows "two" do not lie within')
    const patient = tumbling({ size: hours(1), grace: hours(2) })
    expect(() => outermost([{ name: 'patient', window: patient }, day])).toThrow('wait longer than "day"')
    expect(() => outermost([])).toThrow('at least one layout')
  })
})
