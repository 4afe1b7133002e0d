import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { withWords } from './lib/later'
import { useSession } from './lib/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Seen without being signed in. */
    open?: boolean
    /** Fills the window: no navigation around it. */
    bare?: boolean
  }
}

const id = '(\\d+)'
const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue'), meta: { open: true, bare: true } },
  { path: '/', name: 'home', component: () => import('./pages/HomePage.vue') },
  { path: '/products', name: 'products', component: () => import('./pages/goods/ProductsPage.vue') },
  { path: `/products/:id${id}`, name: 'product', component: withWords(() => import('./pages/goods/ProductPage.vue')) },
  { path: '/imports', name: 'imports', component: () => import('./pages/goods/ImportPage.vue') },
  { path: '/hosts', name: 'hosts', component: withWords(() => import('./pages/people/PeoplePage.vue')) },
  { path: '/hosts/operator', name: 'operator', component: withWords(() => import('./pages/people/OperatorPage.vue')) },
  { path: '/hosts/editions', name: 'editions', component: withWords(() => import('./pages/people/EditionsPage.vue')) },
  { path: '/hosts/contracts', name: 'contracts', component: withWords(() => import('./pages/people/ContractsPage.vue')) },
  { path: '/hosts/ai', name: 'ai-people', component: withWords(() => import('./pages/people/AiPage.vue')) },
  { path: `/hosts/:id${id}`, name: 'person', component: withWords(() => import('./pages/people/FilePage.vue')) },
  { path: '/hosts/blacklist', name: 'blacklist', component: () => import('./pages/BlacklistPage.vue') },
  { path: '/shows', name: 'shows', component: () => import('./pages/ShowsPage.vue') },
  { path: '/shows/new', name: 'show-new', component: () => import('./pages/plan/PlanPage.vue') },
  { path: `/shows/:id${id}/plan`, name: 'plan', component: () => import('./pages/plan/PlanPage.vue') },
  { path: `/shows/:id${id}/roster`, name: 'roster', component: withWords(() => import('./pages/people/RosterPage.vue')) },
  { path: `/shows/:id${id}/ai`, name: 'show-ai', component: withWords(() => import('./pages/people/ShowAiPage.vue')) },
  { path: `/shows/:id${id}/preflight`, name: 'preflight', component: () => import('./pages/plan/PreflightPage.vue') },
  { path: `/shows/:id${id}/live`, name: 'live', component: () => import('./pages/live/LivePage.vue'), meta: { bare: true } },
  { path: `/shows/:id${id}/host`, name: 'host-board', component: () => import('./pages/live/HostBoardPage.vue'), meta: { bare: true } },
  { path: `/shows/:id${id}/deals`, name: 'deals', component: () => import('./pages/live/DealsPage.vue') },
  { path: `/shows/:id${id}/draws`, name: 'draws', component: () => import('./pages/live/DrawsPage.vue') },
  { path: `/shows/:id${id}/invites`, name: 'invites', component: () => import('./pages/live/InvitesPage.vue') },
  { path: `/shows/:id${id}/guards`, name: 'guards', component: () => import('./pages/live/GuardsPage.vue') },
  { path: `/shows/:id${id}/risk`, name: 'risk', component: () => import('./pages/live/RiskPage.vue') },
  { path: `/shows/:id${id}/promises`, name: 'promises', component: () => import('./pages/live/PromisesPage.vue') },
  { path: `/shows/:id${id}/orders`, name: 'orders', component: () => import('./pages/report/OrdersPage.vue') },
  { path: `/shows/:id${id}/report`, name: 'report', component: () => import('./pages/report/ReportPage.vue') },
  { path: `/shows/:id${id}/wall`, name: 'wall', component: () => import('./pages/report/WallPage.vue'), meta: { bare: true } },
  { path: '/patrol', redirect: '/patrol/wall' },
  { path: '/patrol/wall', name: 'patrol', component: withWords(() => import('./pages/patrol/WallPage.vue')) },
  { path: '/patrol/looks', name: 'patrol-looks', component: withWords(() => import('./pages/patrol/LooksPage.vue')) },
  { path: '/patrol/grades', name: 'grades', component: withWords(() => import('./pages/patrol/GradesPage.vue')) },
  { path: '/promotions', redirect: '/promotions/list' },
  { path: '/promotions/list', name: 'promotions', component: () => import('./pages/promos/PromosPage.vue') },
  { path: '/promotions/calendar', name: 'promotion-calendar', component: () => import('./pages/promos/CalendarPage.vue') },
  { path: '/promotions/fans', name: 'fans', component: () => import('./pages/promos/FansPage.vue') },
  { path: '/promotions/edit', name: 'promotion', component: () => import('./pages/promos/PromoPage.vue') },
  { path: '/compliance', redirect: '/compliance/coverage' },
  { path: '/compliance/coverage', name: 'coverage', component: withWords(() => import('./pages/compliance/CoveragePage.vue')) },
  { path: '/compliance/rulebook', name: 'rulebook', component: withWords(() => import('./pages/compliance/RulebookPage.vue')) },
  { path: '/compliance/rules', name: 'rules', component: withWords(() => import('./pages/compliance/RulesPage.vue')) },
  { path: '/compliance/words', name: 'own-words', component: withWords(() => import('./pages/compliance/WordsPage.vue')) },
  { path: '/compliance/goods', name: 'negative-list', component: withWords(() => import('./pages/compliance/NegativePage.vue')) },
  { path: '/compliance/evidence', name: 'evidence', component: withWords(() => import('./pages/evidence/EvidencePage.vue')) },
  { path: '/compliance/sanctions', name: 'sanctions', component: withWords(() => import('./pages/compliance/SanctionsPage.vue')) },
  { path: '/compliance/notices', name: 'notices', component: withWords(() => import('./pages/compliance/NoticesPage.vue')) },
  { path: '/compliance/profile', name: 'profile', component: withWords(() => import('./pages/compliance/ProfilePage.vue')) },
  { path: '/shipping', redirect: '/shipping/waiting' },
  { path: '/shipping/waiting', name: 'to-ship', component: withWords(() => import('./pages/ship/WaitingPage.vue')) },
  { path: '/shipping/parcels', name: 'parcels', component: withWords(() => import('./pages/ship/ParcelsPage.vue')) },
  { path: '/shipping/import', name: 'waybills', component: withWords(() => import('./pages/ship/WaybillsPage.vue')) },
  { path: '/shipping/cancels', name: 'cancels', component: withWords(() => import('./pages/ship/CancelsPage.vue')) },
  { path: '/shipping/returns', name: 'returns', component: withWords(() => import('./pages/ship/ReturnsPage.vue')) },
  { path: '/shipping/terms', name: 'shop-terms', component: withWords(() => import('./pages/ship/TermsPage.vue')) },
  { path: '/money/ledger', name: 'ledger', component: () => import('./pages/money/LedgerPage.vue') },
  { path: '/money/statement', name: 'statement', component: withWords(() => import('./pages/money/StatementPage.vue')) },
  { path: '/money/orders', name: 'platform-orders', component: () => import('./pages/money/PlatformOrdersPage.vue') },
  { path: '/money/invoices', name: 'invoices', component: () => import('./pages/money/InvoicesPage.vue') },
  { path: '/money/commission', name: 'commission', component: withWords(() => import('./pages/money/CommissionPage.vue')) },
  { path: '/money/bank', name: 'bank-refunds', component: withWords(() => import('./pages/money/BankPage.vue')) },
  { path: '/money/import', name: 'order-import', component: () => import('./pages/money/OrderImportPage.vue') },
  { path: '/orders/:no([\\w-]+)/ledger', name: 'order-ledger', component: () => import('./pages/money/OrderLedgerPage.vue') },
  { path: '/settings/api', name: 'outside', component: withWords(() => import('./pages/settings/OutsidePage.vue')) },
  { path: '/settings/people', name: 'colleagues', component: withWords(() => import('./pages/settings/ColleaguesPage.vue')) },
  { path: '/settings/password', name: 'password', component: withWords(() => import('./pages/settings/PasswordPage.vue')) },
  { path: '/metrics', name: 'metrics', component: () => import('./pages/MetricsPage.vue') },
  { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue') },
]

export const router = createRouter({
  history: createWebHistory('/desk'),
  routes,
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? false : { top: 0 }),
})

/** Only an address inside the desk is followed after signing in. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/'
}

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.asked) {
    try {
      await session.ask()
    } catch {
      // The page itself says that the server is out of reach and offers to try again.
    }
  }
  if (session.session?.must_change && to.name !== 'password') return { name: 'password' }
  if (to.meta.open || session.signedIn || !session.asked) return true
  return { name: 'sign-in', query: to.path === '/' ? {} : { next: to.fullPath } }
})
