/** Published rules as the server tells them to anybody. */

export interface Publisher {
  code: string
  name: string
}

export interface RulesVersion {
  id: number
  kind: string
  number: number
  title_zh: string
  title_en: string
  summary_zh: string
  summary_en: string
  impact: 'minor' | 'major'
  digest: string
  published_at: string
  effective_at: string
  until: string | null
  state: 'in_force' | 'announced' | 'past' | 'dropped'
}

export interface PublishedRules {
  publisher: Publisher
  on: string | null
  documents: { kind: string; name_zh: string; name_en: string; in_force: number | null; versions: RulesVersion[] }[]
}

export interface RulesText {
  card: RulesVersion
  publisher: string
  text_zh: string
  text_en: string
}
