import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', component: () => import('./pages/LandingPage.vue') },
    { path: '/room/:code', component: () => import('./pages/RoomPage.vue'), props: true },
    { path: '/room/:code/rights', component: () => import('./pages/RightsPage.vue'), props: true },
    { path: '/rights/:code', component: () => import('./pages/NoticePage.vue'), props: true },
    { path: '/draws/:id(\\d+)', component: () => import('./pages/DrawPage.vue'), props: true },
    { path: '/packets/:id(\\d+)', component: () => import('./pages/PacketPage.vue'), props: true },
    { path: '/rules/:code?', component: () => import('./pages/RulesPage.vue'), props: true },
    { path: '/:rest(.*)*', component: () => import('./pages/MissingPage.vue') },
  ],
})
