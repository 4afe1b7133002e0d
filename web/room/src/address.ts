/** The delivery address as typed, and what is missing in it. */

import type { Address } from './types'

export type AddressField = 'name' | 'phone' | 'region' | 'detail' | 'postcode'

export const EMPTY_ADDRESS: Address = { name: '', phone: '', region: '', detail: '', region_code: '', postcode: '' }

const PHONE = /^1[3-9]\d{9}$/

/** Fields that cannot be delivered to, in the order of the form. */
export function addressFaults(address: Address): AddressField[] {
  const faults: AddressField[] = []
  if ([...address.name.trim()].length < 2 || address.name.length > 40) faults.push('name')
  if (!PHONE.test(address.phone.replace(/[\s-]/g, ''))) faults.push('phone')
  if ([...address.region.trim()].length < 2 || address.region.length > 80) faults.push('region')
  if ([...address.detail.trim()].length < 4 || address.detail.length > 200) faults.push('detail')
  if (!/^(\d{6})?$/.test(address.postcode?.trim() ?? '')) faults.push('postcode')
  return faults
}

export function tidyAddress(address: Address): Address {
  return {
    name: address.name.trim(),
    phone: address.phone.replace(/[\s-]/g, ''),
    region: address.region.trim(),
    detail: address.detail.trim(),
    region_code: address.region_code ?? '',
    postcode: address.postcode?.trim() ?? '',
  }
}

export interface Areas {
  province_list: Record<string, string>
  city_list: Record<string, string>
  county_list: Record<string, string>
}

/** The places below a code: of `''` the provinces, of a province its cities, of a city its districts. */
export function placesBelow(areas: Areas, code: string): [code: string, name: string][] {
  const list = code === '' ? areas.province_list : code.endsWith('0000') ? areas.city_list : code.endsWith('00') ? areas.county_list : {}
  const begins = code.endsWith('0000') ? code.slice(0, 2) : code.slice(0, 4)
  return Object.entries(list).filter(([one]) => one.startsWith(begins))
}

/** Cities without districts: GB/T 2260 has no codes below theirs, so their towns have the city's. */
const WHOLE_CITIES = ['4419', '4420', '4604', '6202']

/** The national code of a place of the list. */
export function nationalCode(code: string): string {
  return WHOLE_CITIES.includes(code.slice(0, 4)) ? `${code.slice(0, 4)}00` : code
}

/** `浙江省杭州市余杭区` of its code; a city of its province's name, or of none, is said once. */
export function placeText(areas: Areas, code: string): string {
  const province = areas.province_list[`${code.slice(0, 2)}0000`] ?? ''
  const city = areas.city_list[`${code.slice(0, 4)}00`] ?? ''
  const own = city === province || /^(县|市辖区)$|直辖/.test(city) ? '' : city
  return `${province}${own}${areas.county_list[code] ?? ''}`
}
