/** Shapes of keys and webhooks, as the API gives them. */

export interface ApiKey {
  id: number
  name: string
  prefix: string
  scopes: string[]
  made_by: { id: number; name: string }
  created_at: string
  expires_at: string | null
  used_on: string | null
  revoked_at: string | null
}

export interface Keys {
  items: ApiKey[]
  scopes: string[]
}

export interface KeyMade {
  key: ApiKey
  token: string
}

export type EndpointState = 'on' | 'off' | 'paused'

export interface Endpoint {
  id: number
  url: string
  kinds: string[]
  state: EndpointState
  created_at: string
  waiting: number
  dead: number
  last_arrived_at: string | null
}

export interface Endpoints {
  items: Endpoint[]
  kinds: string[]
}

export interface EndpointMade {
  endpoint: Endpoint
  secret: string
}

export type DeliveryState = 'waiting' | 'arrived' | 'dead'

export interface Delivery {
  id: number
  entry_id: number
  tag: string
  state: DeliveryState
  tries: number
  next_at: string | null
  last_status: number | null
  last_error: string
  created_at: string
  arrived_at: string | null
}
