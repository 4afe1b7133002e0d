import { expect, it } from 'vitest'
import { areaList } from '@vant/area-data'
import { addressFaults, EMPTY_ADDRESS, nationalCode, placesBelow, placeText, tidyAddress } from '../src/address'

const good = { name: '林晓月', phone: '138 0013-5678', region: '浙江省杭州市余杭区', detail: '文一西路 969 号 5 幢' }

it('names what cannot be delivered to, in the order of the form', () => {
  expect(addressFaults(EMPTY_ADDRESS)).toEqual(['name', 'phone', 'region', 'detail'])
  expect(addressFaults(good)).toEqual([])
  expect(addressFaults({ ...good, phone: '23800135678' })).toEqual(['phone'])
  expect(addressFaults({ ...good, name: '   林   ' })).toEqual(['name'])
  expect(addressFaults({ ...good, detail: '甲'.repeat(201) })).toEqual(['detail'])
})

it('is sent without what the eye does not see', () => {
  expect(tidyAddress({ ...good, name: ' 林晓月 ' })).toEqual({ ...good, phone: '13800135678', region_code: '', postcode: '' })
})

it('takes a postcode of six digits or none', () => {
  expect(addressFaults({ ...good, postcode: '31001' })).toEqual(['postcode'])
  expect(addressFaults({ ...good, postcode: ' 310012 ' })).toEqual([])
  expect(tidyAddress({ ...good, postcode: ' 310012 ', region_code: '330110' })).toMatchObject({ postcode: '310012', region_code: '330110' })
})

it('finds places by their national codes, and says a municipality once', () => {
  expect(placesBelow(areaList, '').length).toBeGreaterThanOrEqual(34)
  expect(placesBelow(areaList, '330000')).toContainEqual(['330100', '杭州市'])
  expect(placesBelow(areaList, '330100')).toContainEqual(['330110', '余杭区'])
  expect(placesBelow(areaList, '330110')).toEqual([])
  expect(placeText(areaList, '330110')).toBe('浙江省杭州市余杭区')
  expect(placeText(areaList, '110101')).toBe('北京市东城区')
  expect([nationalCode('441904'), placeText(areaList, '441904')]).toEqual(['441900', '广东省东莞市长安镇'])
})

it('leads from every province to districts whose codes the server takes', () => {
  const SERVER = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)\d{4}$/
  for (const [province] of placesBelow(areaList, ''))
    for (const [city] of placesBelow(areaList, province))
      for (const [code] of placesBelow(areaList, city)) expect(code).toMatch(SERVER)
})
