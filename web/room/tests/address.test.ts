import { expect, it } from 'vitest'
import { addressFaults, EMPTY_ADDRESS, tidyAddress } from '../src/address'

const good = { name: '林晓月', phone: '138 0013-5678', region: '浙江省杭州市余杭区', detail: '文一西路 969 号 5 幢' }

it('names what cannot be delivered to, in the order of the form', () => {
  expect(addressFaults(EMPTY_ADDRESS)).toEqual(['name', 'phone', 'region', 'detail'])
  expect(addressFaults(good)).toEqual([])
  expect(addressFaults({ ...good, phone: '23800135678' })).toEqual(['phone'])
  expect(addressFaults({ ...good, name: '   林   ' })).toEqual(['name'])
  expect(addressFaults({ ...good, detail: '甲'.repeat(201) })).toEqual(['detail'])
})

it('is sent without what the eye does not see', () => {
  expect(tidyAddress({ ...good, name: ' 林晓月 ' })).toEqual({ ...good, phone: '13800135678' })
})
