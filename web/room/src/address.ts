/** The delivery address as typed, and what is missing in it. */

import type { Address } from './types'

export type AddressField = keyof Address

export const EMPTY_ADDRESS: Address = { name: '', phone: '', region: '', detail: '' }

const PHONE = /^1[3-9]\d{9}$/

/** Fields that cannot be delivered to, in the order of the form. */
export function addressFaults(address: Address): AddressField[] {
  const faults: AddressField[] = []
  if ([...address.name.trim()].length < 2 || address.name.length > 40) faults.push('name')
  if (!PHONE.test(address.phone.replace(/[\s-]/g, ''))) faults.push('phone')
  if ([...address.region.trim()].length < 2 || address.region.length > 80) faults.push('region')
  if ([...address.detail.trim()].length < 4 || address.detail.length > 200) faults.push('detail')
  return faults
}

export function tidyAddress(address: Address): Address {
  return {
    name: address.name.trim(),
    phone: address.phone.replace(/[\s-]/g, ''),
    region: address.region.trim(),
    detail: address.detail.trim(),
  }
}
